#include "desk/doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/confine.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "doctor_int.h"
#include "journal/epoch.h"

void
doctor_say_about(struct doctor *dr, const char *check, const char *about,
		 enum verdict_of_doctor verdict, const char *advice,
		 const char *text)
{
	const struct finding f = { .check = check,
				   .about = about,
				   .verdict = verdict,
				   .text = text,
				   .advice = advice != NULL ? advice : "" };

	if (verdict > dr->worst)
		dr->worst = verdict;
	dr->visit->each(dr->visit->ctx, &f);
}

void
doctor_say(struct doctor *dr, const char *check, enum verdict_of_doctor verdict,
	   const char *advice, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	doctor_say_about(dr, check, "", verdict, advice, text);
}

/* false: what follows would change it, or cannot open it. */
static bool
look_at_database(struct doctor *dr)
{
	char *path = desk_path(dr->visit->folder, FILE_STORE);
	struct store_look look = { .version = 0 };
	struct err err = ERR_INIT;
	enum rc rc = store_look(path, &look, &err);

	xfree(path);
	if (rc == RC_NEWER)
		doctor_say(dr, "database", DOCTOR_WRONG,
			   _("install that version of deltadesk, or a newer "
			     "one"),
			   "%s", err.msg);
	else if (rc != RC_OK)
		doctor_say(dr, "database", DOCTOR_WRONG,
			   _("keep the folder as it is, make a copy of it, and "
			     "restore a backup into an empty folder"),
			   "%s", err.msg);
	else if (look.version < look.newest)
		doctor_say(dr, "database", DOCTOR_LOOK,
			   _("make a backup; the next command or start of the "
			     "service brings it up to date"),
			   _("schema %d, this program's is %d"), look.version,
			   look.newest);
	else
		doctor_say(dr, "database", DOCTOR_GOOD, NULL,
			   look.whole
				   ? _("whole, schema %d, %lld MiB")
				   : _("schema %d, %lld MiB: too large to be "
				       "looked through here, 'deltadesk "
				       "verify' does"),
			   look.version,
			   (long long)(look.size_bytes / (1024 * 1024)));
	return rc == RC_OK && look.version == look.newest;
}

static void
look_at_kernel(struct doctor *dr)
{
	if (confine_knows_files())
		doctor_say(dr, "kernel", DOCTOR_GOOD, NULL, "%s",
			   _("Landlock keeps the service and consoles over SSH "
			     "inside the folder"));
	else
		doctor_say(dr, "kernel", DOCTOR_LOOK,
			   _("take a kernel with Landlock (Linux 5.13, lsm= on "
			     "its command line)"),
			   "%s",
			   _("no Landlock: files outside the folder are kept "
			     "closed by the program's own checks alone"));
}

static void
look_at_mark(struct doctor *dr, struct desk *d)
{
	const char *path = journal_get_mark(d->journal);

	if (path != NULL && journal_mark(d->journal))
		doctor_say(dr, "mark", DOCTOR_GOOD, NULL, "%s", path);
	else
		doctor_say(dr, "mark", DOCTOR_LOOK,
			   _("name a folder of this account outside the "
			     "desk's: deltadesk set mark DIR"),
			   _("%s cannot be written: a folder put back from a "
			     "copy is noticed from peers alone"),
			   path != NULL ? path : _("the mark"));
}

static void
look_inside(struct doctor *dr)
{
	const struct desk_open_as as = { .folder = dr->visit->folder,
					 .env = dr->visit->env,
					 .for_serve = true };
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	if (desk_open(&as, &d, &err) != RC_OK) {
		doctor_say(dr, "desk", DOCTOR_WRONG,
			   _("mend what is said above first"), "%s", err.msg);
		return;
	}
	doctor_card(dr, d);
	look_at_mark(dr, d);
	doctor_clock(dr, d);
	doctor_service(dr, d);
	doctor_peers(dr, d);
	desk_close(d);
}

enum verdict_of_doctor
desk_doctor(const struct doctor_visit *visit)
{
	struct doctor dr = { .visit = visit };

	if (!doctor_folder(&dr))
		return dr.worst;
	doctor_disk(&dr);
	look_at_kernel(&dr);
	doctor_keys(&dr);
	if (look_at_database(&dr))
		look_inside(&dr);
	return dr.worst;
}
