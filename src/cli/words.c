/* What codes are called in the language of the people who read them. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"

struct word {
	const char *code, *text;
};

#define WORD_IN(table, code) word_in((table), ARRAY_LEN(table), (code))

static const char *
word_in(const struct word *table, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(table[i].code, code))
			return _(table[i].text);
	return code;
}

const char *
mode_word(const char *mode)
{
	static const struct word table[] = { { "actual", N_("actual") },
					     { "exercise", N_("exercise") },
					     { "test", N_("test") } };
	return WORD_IN(table, mode);
}

const char *
clock_word(const char *state)
{
	static const struct word table[] = {
		{ "running", N_("running") }, { "suspended", N_("suspended") },
		{ "met", N_("met") },	      { "late", N_("late") },
		{ "lapsed", N_("lapsed") },   { "ended", N_("ended") }
	};
	return WORD_IN(table, state);
}

const char *
notice_word(const char *what)
{
	static const struct word table[] = {
		{ "quarantine", N_("kept apart") }, { "fork", N_("fork") },
		{ "early", N_("early") },	    { "unfit", N_("unfit") },
		{ "back", N_("stepped back") },
	};
	return WORD_IN(table, what);
}

const char *
event_word(enum event_type type)
{
	static const struct word table[] = {
		{ "issue", N_("issue") },
		{ "revise", N_("revise") },
		{ "move", N_("move") },
		{ "remark", N_("remark") },
		{ "withdraw", N_("withdraw") },
		{ "ack-withdraw", N_("ack-withdraw") },
		{ "remind", N_("remind") },
		{ "reveal", N_("reveal") },
		{ "local", N_("local") },
		{ "card", N_("card") },
	};
	return WORD_IN(table, event_type_name(type));
}

const char *
verdict_word(enum verdict verdict)
{
	static const char *const words[] = { [VERDICT_FIT] = N_("fit"),
					     [VERDICT_EARLY] = N_("early"),
					     [VERDICT_UNFIT] = N_("unfit") };
	return _(words[verdict]);
}

const char *
role_word(enum role role)
{
	static const struct word table[] = {
		{ "duty", N_("duty") },
		{ "coordinator", N_("coordinator") },
		{ "reviewer", N_("reviewer") },
		{ "approver", N_("approver") },
		{ "head", N_("head of unit") },
		{ "administrator", N_("administrator") },
		{ "auditor", N_("auditor") },
	};
	return WORD_IN(table, role_name(role));
}

const char *
urgency_title(int urgency)
{
	static const char *const names[] = { N_("URGENT"), N_("urgent"),
					     N_("plain") };
	return urgency >= 0 && urgency < 3 ? _(names[urgency]) : "";
}

const char *
party_word(const struct cli *c, const struct view *v, const struct party_row *p)
{
	bool zh = str_eq(c->lang, "zh");
	const struct doc_track *t =
		v->held.doc != NULL ? doc_track_of(v->held.doc, p->desk) : NULL;
	if (v->row->draft)
		return "";
	/* Only the owner hears by receipt what other desks hold. */
	if (p->stored_ms < 0 && p->stage < STAGE_SIGNED)
		return str_eq(v->row->ref.owner, desk_get_id(c->desk))
			       ? _("not yet at the peer")
			       : _("sent");
	return t != NULL && t->state != NULL ? title_in(&t->state->title, zh)
					     : p->state;
}

void
when_text(const struct cli *c, int64_t ms, char out[static TIME_TEXT_MAX])
{
	int32_t today = day_of_ms(env_now_ms(c->env)), day = day_of_ms(ms);
	char text[TIME_TEXT_MAX];
	(void)str_copy(out, TIME_TEXT_MAX, "-", NULL);
	if (ms < 0)
		return;
	time_format_short(ms, text);
	if (day_to_civil(day).year == day_to_civil(today).year)
		(void)str_copy(out, TIME_TEXT_MAX, text, NULL);
	else
		(void)snprintf(out, TIME_TEXT_MAX, "%d-%.20s",
			       day_to_civil(day).year, text);
}
