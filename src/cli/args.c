/* The words of a command line against the table of commands. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"

#define SHOWN_MAX 80

const char *
cli_get(const struct cli *c, const char *option)
{
	const char *value = NULL;
	for (size_t i = 0; i < c->n_given; i++)
		if (str_eq(c->given[i].name, option))
			value = c->given[i].value;
	return value;
}

bool
cli_has(const struct cli *c, const char *option)
{
	for (size_t i = 0; i < c->n_given; i++)
		if (str_eq(c->given[i].name, option))
			return true;
	return false;
}

const char *
cli_next(const struct cli *c, const char *option, size_t *at)
{
	while (*at < c->n_given) {
		const struct given *g = &c->given[(*at)++];
		if (str_eq(g->name, option))
			return g->value;
	}
	return NULL;
}

char *
cli_join_words(const struct cli *c, size_t i)
{
	struct buf b;
	buf_init(&b, 1 << 22);
	for (size_t n = i; n < c->n_words; n++) {
		if (n > i)
			(void)buf_adds(&b, " ", NULL);
		(void)buf_adds(&b, c->words[n], NULL); /* argv fits */
	}
	char *joined = xstrdup(buf_str(&b));
	buf_release(&b);
	return joined;
}

/* "peer" of "peer trust". */
static bool
is_group(const char *word)
{
	size_t n = strlen(word);
	const struct command *cmd;
	for (size_t i = 0; (cmd = cli_command_at(i)) != NULL; i++)
		if (strncmp(cmd->name, word, n) == 0 && cmd->name[n] == ' ')
			return true;
	return false;
}

static const struct command *
find_command(const char *first, const char *second, bool *ret_two)
{
	size_t n = strlen(first);
	*ret_two = false;
	const struct command *cmd;
	for (size_t i = 0; (cmd = cli_command_at(i)) != NULL; i++) {
		const char *name = cmd->name;
		if (str_eq(name, first))
			return cmd;
		if (second != NULL && strncmp(name, first, n) == 0 &&
		    name[n] == ' ' && str_eq(name + n + 1, second)) {
			*ret_two = true;
			return cmd;
		}
	}
	return NULL;
}

static enum rc
unknown(const char *fmt, const char *word, struct err *err)
{
	char shown[SHOWN_MAX];
	return err_set(err, RC_USAGE, 0, "%s '%s'; %s", fmt,
		       text_show_into(shown, sizeof(shown), word),
		       _("see deltadesk --help"));
}

static const struct option_def *
find_option(const struct option_def *defs, const char *name, size_t n_name)
{
	for (; defs->name != NULL; defs++)
		if (strlen(defs->name) == n_name &&
		    strncmp(defs->name, name, n_name) == 0)
			return defs;
	return NULL;
}

static enum rc
take_global(struct cli *c, const char *name, const char *value, struct err *err)
{
	if (str_eq(name, "desk")) {
		(void)xfree(c->folder);
		c->folder = xstrdup(value);
	} else if (str_eq(name, "officer")) {
		c->officer = value;
	} else if (str_eq(name, "json")) {
		c->json = true;
	} else if (str_eq(name, "help")) {
		c->help = true;
	} else if (str_eq(name, "lang")) {
		if (!str_eq(value, "zh") && !str_eq(value, "en"))
			return unknown(_("unknown language"), value, err);
		c->lang = value;
		i18n_init(value);
	}
	return RC_OK;
}

/* One option at argv[*at]; *at is left on the last word it used. */
static enum rc
take_option(struct cli *c, int argc, char **argv, int *at, struct err *err)
{
	const char *word = argv[*at];
	const char *name = word + 2;
	const char *value = strchr(name, '=');
	size_t n = value != NULL ? (size_t)(value - name) : strlen(name);
	const struct option_def *def = find_option(cli_global_options, name, n);
	bool global = def != NULL;

	if (def == NULL && c->command != NULL)
		def = find_option(c->command->options, name, n);
	if (word[1] != '-' || def == NULL)
		return unknown(_("unknown option"), word, err);
	if (value != NULL)
		value++;
	if (def->arg == NULL && value != NULL)
		return err_set(err, RC_USAGE, 0, _("--%s takes no value"),
			       def->name);
	if (def->arg != NULL && value == NULL) {
		if (*at + 1 >= argc)
			return err_set(err, RC_USAGE, 0,
				       _("--%s needs a value: %s"), def->name,
				       def->arg);
		value = argv[++*at];
	}
	if (global)
		return take_global(c, def->name, value, err);
	if (c->n_given == CLI_GIVEN_MAX)
		return err_set(err, RC_USAGE, 0, _("too many options"));
	c->given[c->n_given++] =
		(struct given){ .name = def->name, .value = value };
	return RC_OK;
}

static enum rc
take_command(struct cli *c, int argc, char **argv, int *at, struct err *err)
{
	bool two = false;
	const char *second = *at + 1 < argc ? argv[*at + 1] : NULL;
	c->command = find_command(argv[*at], second, &two);
	if (two)
		++*at;
	if (c->command != NULL)
		return RC_OK;
	if (!is_group(argv[*at]))
		return unknown(_("unknown command"), argv[*at], err);
	if (second == NULL || str_eq(second, "--help")) {
		help_group(argv[*at]);
		c->help = second != NULL;
		c->helped = true;
		return second != NULL ? RC_OK
				      : err_set(err, RC_USAGE, 0,
						_("'%s' needs a second word"),
						argv[*at]);
	}
	return unknown(_("unknown command"), second, err);
}

static enum rc
check_words(const struct cli *c, struct err *err)
{
	const struct command *cmd = c->command;
	int n = (int)c->n_words;
	if (cmd == NULL || c->help)
		return RC_OK;
	if (n >= cmd->min_words &&
	    (cmd->max_words == CLI_NO_LIMIT || n <= cmd->max_words))
		return RC_OK;
	return err_set(err, RC_USAGE, 0, _("usage: deltadesk %s %s"), cmd->name,
		       cmd->synopsis);
}

enum rc
cli_parse(struct cli *c, int argc, char **argv, struct err *err)
{
	bool only_words = false;
	enum rc rc = RC_OK;
	for (int i = 1; rc == RC_OK && i < argc && !c->helped; i++) {
		const char *word = argv[i];
		rc = utf8_check(word, strlen(word), err);
		if (rc != RC_OK)
			return err_wrap(err, _("word %d of the command line"),
					i);
		if (!only_words && str_eq(word, "--"))
			only_words = true;
		else if (!only_words && word[0] == '-' && word[1] != '\0')
			rc = take_option(c, argc, argv, &i, err);
		else if (c->command == NULL)
			rc = take_command(c, argc, argv, &i, err);
		else if (c->n_words == CLI_WORDS_MAX)
			rc = err_set(err, RC_USAGE, 0, _("too many words"));
		else
			c->words[c->n_words++] = word;
	}
	return rc == RC_OK && !c->helped ? check_words(c, err) : rc;
}
