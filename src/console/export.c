#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/time.h"
#include "console/export_int.h"

struct exporting {
	char name[64], ending[8];
	enum rc (*make)(struct desk *d, void *arg, struct buf *out,
			struct err *err);
	void *arg;
	struct buf out;
	char *path;
	int64_t now_ms;
};

enum rc
export_into(void *ctx, const char *bytes, size_t n_bytes, struct err *err)
{
	return buf_add(ctx, bytes, n_bytes, err);
}

/* "calendar-20261123-1432.ics": sorted by name they stand in order. */
static char *
path_of(const struct exporting *x, const char *folder)
{
	int32_t day = day_of_ms(x->now_ms);
	struct civil c = day_to_civil(day);
	int minutes = (int)((x->now_ms - day_start_ms(day)) / 60000);

	return xasprintf("%s/%s-%04d%02d%02d-%02d%02d.%s", folder, x->name,
			 c.year, c.month, c.day, minutes / 60, minutes % 60,
			 x->ending);
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct exporting *x = arg;
	char *folder = NULL;
	enum rc rc = desk_exchange_folder(d, &folder, err);

	if (rc == RC_OK)
		rc = x->make(d, x->arg, &x->out, err);
	if (rc == RC_OK) {
		x->path = path_of(x, folder);
		rc = file_replace(x->path, buf_str(&x->out), x->out.len, 0600,
				  err);
	}
	(void)xfree(folder);
	return rc;
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct exporting *x = take_arg;

	if (rc != RC_OK)
		console_show_err(c, err);
	else
		console_set_message(c, ATTR_GOOD, _("written: %s"), x->path);
	buf_release(&x->out);
	(void)xfree(x->path);
	(void)xfree(x->arg);
	(void)xfree(x);
}

void
export_start(struct console *c, const struct export_spec *spec)
{
	struct exporting *x = xcalloc(1, sizeof(*x));
	const struct job job = { run, done, x };

	(void)snprintf(x->name, sizeof(x->name), "%s", spec->name);
	(void)snprintf(x->ending, sizeof(x->ending), "%s", spec->ending);
	x->make = spec->make;
	x->arg = spec->take_arg;
	x->now_ms = console_now_ms(c);
	buf_init(&x->out, EXPORT_MAX_BYTES);
	console_set_message(c, ATTR_PLAIN, "%s", _("it is being written"));
	job_submit(c, &job);
}
