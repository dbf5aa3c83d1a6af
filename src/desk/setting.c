#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "serial_int.h"
#include "spool_int.h"

struct setting {
	const char *name;
	const char *help;
	const char *standard; /* value while it is not set */
	enum rc (*check)(struct desk *d, const char *value, struct err *err);
	bool on_card;  /* a new card goes out */
	bool peer;     /* a number that a peer may have of its own */
	bool one_shot; /* done inside the transaction, never kept */
};

static enum rc
check_text(struct desk *d, const char *value, struct err *err)
{
	(void)d;
	if (value[0] == '\0' || strlen(value) > NUMBER_MAX / 2)
		return err_set(err, RC_RANGE, 0,
			       _("from 1 to %d bytes of text, please"),
			       NUMBER_MAX / 2);
	return RC_OK;
}

static enum rc
check_address(struct desk *d, const char *value, struct err *err)
{
	const char *colon = strrchr(value, ':');
	int64_t port;

	(void)d;
	if (value[0] == '\0')
		return RC_OK;
	if (colon == NULL || colon == value ||
	    str_to_i64(colon + 1, 0, 65535, &port, NULL) != RC_OK)
		return err_set(err, RC_RANGE, 0,
			       _("an address is written HOST:PORT"));
	return RC_OK;
}

static enum rc
check_hours(struct desk *d, const char *value, struct err *err)
{
	int64_t n;

	(void)d;
	return str_to_i64(value, 1, 999, &n, err);
}

static enum rc
check_days(struct desk *d, const char *value, struct err *err)
{
	int64_t n;

	(void)d;
	return str_to_i64(value, 1, 60, &n, err);
}

static enum rc
check_switch(struct desk *d, const char *value, struct err *err)
{
	(void)d;
	if (str_eq(value, "on") || str_eq(value, "off"))
		return RC_OK;
	return err_set(err, RC_RANGE, 0, _("'on' or 'off', please"));
}

static enum rc
check_lang(struct desk *d, const char *value, struct err *err)
{
	(void)d;
	if (str_eq(value, "zh") || str_eq(value, "en"))
		return RC_OK;
	return err_set(err, RC_RANGE, 0, _("'zh' or 'en', please"));
}

/* 0: never */
static enum rc
check_minutes(struct desk *d, const char *value, struct err *err)
{
	int64_t n;

	(void)d;
	return str_to_i64(value, 0, 100000, &n, err);
}

static enum rc
check_mib(struct desk *d, const char *value, struct err *err)
{
	int64_t n;

	(void)d;
	return str_to_i64(value, 0, INT32_MAX, &n, err);
}

static const struct setting settings[] = {
	{ .name = "name",
	  .help = N_("name of this desk, on its card"),
	  .standard = "",
	  .check = check_text,
	  .on_card = true },
	{ .name = "prefix",
	  .help = N_("prefix of reference numbers"),
	  .standard = "",
	  .check = check_text },
	{ .name = "next_number",
	  .help = N_("KIND N: the next reference number of this year"),
	  .standard = "",
	  .check = serial_check_next,
	  .one_shot = true },
	{ .name = "listen",
	  .help = N_("ADDR:PORT where 'deltadesk serve' listens"),
	  .standard = "",
	  .check = check_address,
	  .on_card = true },
	{ .name = "address",
	  .help = N_("HOST:PORT on the card, where peers dial; else listen"),
	  .standard = "",
	  .check = check_address,
	  .on_card = true },
	{ .name = "sign_hours",
	  .help = N_("hours in which a notice is signed for"),
	  .standard = "24",
	  .check = check_hours,
	  .peer = true },
	{ .name = "feedback_days",
	  .help = N_("working days for feedback"),
	  .standard = "15",
	  .check = check_days,
	  .peer = true },
	{ .name = "silent_minutes",
	  .help = N_("minutes without a sign of a peer before it is told; 0: "
		     "never"),
	  .standard = "60",
	  .check = check_minutes,
	  .peer = true },
	{ .name = "peer_quota",
	  .help = N_("MiB that one peer may bring in 24 hours; 0: a quarter of "
		     "what is free then, 64 at least"),
	  .standard = "0",
	  .check = check_mib },
	{ .name = "spool",
	  .help = N_("folder into which serve puts a file for each new "
		     "escalation; empty: none"),
	  .standard = "",
	  .check = spool_check_folder },
	{ .name = "mark",
	  .help = N_("folder outside the desk's where its mark is kept; empty: "
		     "$XDG_STATE_HOME/deltadesk"),
	  .standard = "",
	  .check = spool_check_folder },
	{ .name = "assist_days",
	  .help = N_("working days for the answer to a request for "
		     "assistance"),
	  .standard = "15",
	  .check = check_days,
	  .peer = true },
	{ .name = "bell",
	  .help = N_("ring when something arrives: on, off"),
	  .standard = "on",
	  .check = check_switch },
	{ .name = "lock_minutes",
	  .help = N_("minutes without a key after which a console locks; 0: "
		     "never"),
	  .standard = "15",
	  .check = check_minutes },
	{ .name = "lang",
	  .help = N_("language of console and messages: zh, en"),
	  .standard = "zh",
	  .check = check_lang },
};

enum rc
setting_read(struct store *s, const char *name, char **ret_value,
	     struct err *err)
{
	struct stmt *st = stmt_use(s, SQL_SETTING_GET);
	bool row;
	enum rc rc;

	stmt_text(st, 1, name);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		*ret_value = xstrdup(col_text(st, 0));
	else if (rc == RC_OK)
		rc = err_set(err, RC_NOTFOUND, 0, _("'%s' is not set"), name);
	stmt_done(st);
	return rc;
}

enum rc
setting_write(struct store *s, const char *name, const char *value,
	      const char *officer, int64_t now_ms, struct err *err)
{
	struct stmt *st = stmt_use(s, SQL_SETTING_SET);

	stmt_text(st, 1, name);
	stmt_text(st, 2, value);
	stmt_text(st, 3, officer);
	stmt_int(st, 4, now_ms);
	return stmt_run(st, err);
}

static const struct setting *
find(const char *name, struct err *err)
{
	char names[400] = "", shown[64];
	size_t i, at = 0;

	for (i = 0; i < ARRAY_LEN(settings); i++) {
		if (str_eq(settings[i].name, name))
			return &settings[i];
		at += (size_t)snprintf(names + at, sizeof(names) - at, " %s",
				       settings[i].name);
	}
	(void)err_set(err, RC_NOTFOUND, 0, _("no setting '%s'; there are:%s"),
		      text_show_into(shown, sizeof(shown), name), names);
	return NULL;
}

enum rc
setting_get(struct desk *d, const char *name, char **ret_value, struct err *err)
{
	const struct setting *s = find(name, err);
	enum rc rc;

	if (s == NULL)
		return RC_NOTFOUND;
	rc = setting_read(d->store, name, ret_value, NULL);
	if (rc == RC_NOTFOUND) {
		*ret_value = xstrdup(s->standard);
		rc = RC_OK;
	}
	if (rc != RC_OK)
		return err_set(err, rc, 0, _("settings cannot be read"));
	return RC_OK;
}

static enum rc
write_checked(struct desk *d, const struct setting *s, const char *row,
	      const char *value, struct err *err)
{
	char *detail;
	enum rc rc;

	rc = permit(d, PERMIT_SETTINGS, NULL, err);
	if (rc == RC_OK)
		rc = utf8_check(value, strlen(value), err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = s->check(d, value, err);
	if (rc != RC_OK)
		(void)err_wrap(err, "%s", s->name);
	if (rc == RC_OK && !s->one_shot)
		rc = setting_write(d->store, row, value, d->officer.id,
				   env_now_ms(d->env), err);
	if (rc == RC_OK) {
		detail = xasprintf("%s %s", row, value);
		rc = act_audit(d, "set", NULL, detail, err);
		xfree(detail);
	}
	return act_end(d, rc, err);
}

enum rc
setting_set(struct desk *d, const char *name, const char *value,
	    struct err *err)
{
	const struct setting *s = find(name, err);
	enum rc rc;

	if (s == NULL)
		return RC_NOTFOUND;
	rc = write_checked(d, s, name, value, err);
	if (rc == RC_OK && str_eq(name, "name")) {
		xfree(d->name);
		d->name = xstrdup(value);
	}
	if (rc == RC_OK && s->on_card)
		rc = desk_card_anew(d, err);
	return rc;
}

enum rc
setting_each(struct desk *d,
	     void (*each)(void *ctx, const char *name, const char *value,
			  const char *help),
	     void *ctx, struct err *err)
{
	enum rc rc = RC_OK;
	char *value;
	size_t i;

	for (i = 0; rc == RC_OK && i < ARRAY_LEN(settings); i++) {
		value = NULL;
		rc = setting_get(d, settings[i].name, &value, err);
		if (rc == RC_OK)
			each(ctx, settings[i].name, value, _(settings[i].help));
		xfree(value);
	}
	return rc;
}

enum rc
setting_set_peer(struct desk *d, const char *peer, const char *name,
		 int64_t value, struct err *err)
{
	const struct setting *s = find(name, err);
	char row[128], text[24];

	if (s == NULL)
		return RC_NOTFOUND;
	if (!s->peer || !desk_id_valid(peer))
		return err_set(err, RC_USAGE, 0,
			       _("'%s' cannot be set for one peer"), name);
	(void)snprintf(row, sizeof(row), "peer:%s:%s", peer, name);
	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	return write_checked(d, s, row, text, err);
}

int64_t
setting_number(struct desk *d, const char *peer, const char *name)
{
	char row[128], *text = NULL;
	int64_t n = -1;

	(void)snprintf(row, sizeof(row), "peer:%s:%s", peer, name);
	if (setting_read(d->store, row, &text, NULL) != RC_OK &&
	    setting_read(d->store, name, &text, NULL) != RC_OK)
		return -1;
	if (str_to_i64(text, 0, INT32_MAX, &n, NULL) != RC_OK)
		n = -1;
	xfree(text);
	return n;
}
