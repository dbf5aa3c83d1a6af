/* The only file that knows libpinyin. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/pinyin.h"
#include "base/text.h"
#include "console/engine_int.h"

#include <pinyin.h>

#define SAVE_EVERY   10 /* choices learnt */
#define CHOSEN_BYTES 1024

struct engine {
	pinyin_context_t *context;
	pinyin_instance_t *at;
	size_t n_letters; /* that the library could read */
	size_t from;	  /* the first one not chosen yet */
	char letters[PINYIN_LETTERS_MAX + 1];
	char syllables[2 * PINYIN_LETTERS_MAX + 1];
	struct buf chosen;
	guint n;
	unsigned unsaved;
};

/* The library tells of missing files on stderr, which is the screen. */
static int
mute(void)
{
	int kept = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);

	if (null >= 0) {
		(void)dup2(null, STDERR_FILENO);
		(void)close(null);
	}
	return kept;
}

static void
unmute(int kept)
{
	if (kept < 0)
		return;
	(void)dup2(kept, STDERR_FILENO);
	(void)close(kept);
}

enum rc
engine_open(const char *folder, struct engine **ret_e, struct err *err)
{
	struct engine *e = xcalloc(1, sizeof(*e));
	int kept = mute();

	buf_init(&e->chosen, CHOSEN_BYTES);
	e->context = pinyin_init(PINYIN_DATA, folder);
	if (e->context) {
		(void)pinyin_set_options(
			e->context, PINYIN_INCOMPLETE | PINYIN_CORRECT_ALL |
					    USE_DIVIDED_TABLE |
					    USE_RESPLIT_TABLE | DYNAMIC_ADJUST);
		e->at = pinyin_alloc_instance(e->context);
	}
	unmute(kept);
	if (!e->at) {
		(void)engine_close(e);
		return err_set(err, RC_IO, 0,
			       _("pinyin entry: the tables in %s cannot be "
				 "read; install the Debian package "
				 "libpinyin-data"),
			       PINYIN_DATA);
	}
	*ret_e = e;
	return RC_OK;
}

static void
save(struct engine *e)
{
	int kept;

	if (e->unsaved == 0)
		return;
	e->unsaved = 0;
	kept = mute();
	/* each file is written beside itself and renamed; one that cannot be
	 * costs what was learnt, never what was typed */
	(void)pinyin_save(e->context);
	unmute(kept);
}

struct engine *
engine_close(struct engine *e)
{
	if (!e)
		return NULL;
	if (e->context)
		save(e);
	if (e->at)
		pinyin_free_instance(e->at);
	if (e->context)
		pinyin_fini(e->context);
	buf_release(&e->chosen);
	return xfree(e);
}

const char *
engine_lacks(void)
{
	return NULL;
}

/* Candidates for the letters from e->from on. */
static void
guess(struct engine *e)
{
	gchar *shown = NULL, *part;
	size_t n = 0;

	e->n = 0;
	e->syllables[0] = '\0';
	if (e->n_letters > e->from && pinyin_guess_sentence(e->at) &&
	    pinyin_guess_candidates(
		    e->at, e->from,
		    SORT_BY_PHRASE_LENGTH_AND_PINYIN_LENGTH_AND_FREQUENCY))
		(void)pinyin_get_n_candidate(e->at, &e->n);
	/* "xian chang |jian cha", the caret's mark before what is left */
	if (e->n_letters > e->from &&
	    pinyin_get_full_pinyin_auxiliary_text(e->at, e->from, &shown) &&
	    shown) {
		part = strchr(shown, '|');
		part = part ? part + 1 : shown;
		for (; *part && n < sizeof(e->syllables) - 1; part++)
			if (*part != '|')
				e->syllables[n++] = *part == ' ' ? '\'' : *part;
		while (n > 0 && e->syllables[n - 1] == '\'')
			n--;
		e->syllables[n] = '\0';
	}
	g_free(shown);
	(void)snprintf(e->syllables + n, sizeof(e->syllables) - n, "%s%s",
		       n > 0 && e->letters[e->n_letters] ? "'" : "",
		       e->letters + e->n_letters);
}

void
engine_read(struct engine *e, const char *letters)
{
	buf_reset(&e->chosen);
	e->from = 0;
	(void)snprintf(e->letters, sizeof(e->letters), "%s", letters);
	(void)pinyin_reset(e->at);
	e->n_letters = pinyin_parse_more_full_pinyins(e->at, e->letters);
	if (e->n_letters > strlen(e->letters))
		e->n_letters = strlen(e->letters);
	guess(e);
}

const char *
engine_syllables(const struct engine *e)
{
	return e->syllables;
}

size_t
engine_count(const struct engine *e)
{
	return e->n;
}

static lookup_candidate_t *
candidate(struct engine *e, size_t i, bool *ret_sentence)
{
	lookup_candidate_type_t type = NORMAL_CANDIDATE;
	lookup_candidate_t *c = NULL;

	if (i >= e->n || !pinyin_get_candidate(e->at, (guint)i, &c))
		return NULL;
	(void)pinyin_get_candidate_type(e->at, c, &type);
	*ret_sentence = type == NBEST_MATCH_CANDIDATE;
	return c;
}

const char *
engine_candidate(struct engine *e, size_t i)
{
	const gchar *text = NULL;
	bool sentence;
	lookup_candidate_t *c = candidate(e, i, &sentence);

	if (!c || !pinyin_get_candidate_string(e->at, c, &text) || !text)
		return "";
	/* a sentence has what was chosen before too */
	return sentence && str_starts(text, buf_str(&e->chosen))
		       ? text + e->chosen.len
		       : text;
}

/* Of a part only after the sentence was guessed anew with it, or the library
 * stops the program. */
static void
learn(struct engine *e, guint8 nth)
{
	if (pinyin_train(e->at, nth) && ++e->unsaved >= SAVE_EVERY)
		save(e);
}

/* Returns the first letter that is left. */
static size_t
choose_sentence(struct engine *e, lookup_candidate_t *c)
{
	const gchar *text = NULL;
	guint8 nth = 0;

	if (pinyin_get_candidate_string(e->at, c, &text) && text) {
		buf_reset(&e->chosen);
		(void)buf_addf(&e->chosen, NULL, "%s", text);
	}
	(void)pinyin_get_candidate_nbest_index(e->at, c, &nth);
	(void)pinyin_choose_candidate(e->at, e->from, c);
	learn(e, nth);
	return e->n_letters;
}

static size_t
choose_part(struct engine *e, size_t i, lookup_candidate_t *c)
{
	int to;

	(void)buf_addf(&e->chosen, NULL, "%s", engine_candidate(e, i));
	to = pinyin_choose_candidate(e->at, e->from, c);
	if (to <= (int)e->from)
		return e->n_letters;
	if ((size_t)to >= e->n_letters && pinyin_guess_sentence(e->at))
		learn(e, 0);
	return (size_t)to;
}

bool
engine_choose(struct engine *e, size_t i)
{
	bool sentence;
	lookup_candidate_t *c = candidate(e, i, &sentence);
	size_t to;

	if (!c)
		return true;
	to = sentence ? choose_sentence(e, c) : choose_part(e, i, c);
	if (to >= e->n_letters) {
		/* what no syllable was made of stays as it is */
		(void)buf_addf(&e->chosen, NULL, "%s",
			       e->letters + e->n_letters);
		return true;
	}
	e->from = to;
	guess(e);
	return e->n == 0;
}

const char *
engine_chosen(const struct engine *e)
{
	return buf_str(&e->chosen);
}
