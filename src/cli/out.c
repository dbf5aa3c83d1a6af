/* What a command prints. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"

#define SHOWN_MAX (8u << 20)

static char *
shown(const char *s)
{
	struct buf b;
	buf_init(&b, SHOWN_MAX);
	(void)text_show(&b, s, strlen(s), true, NULL); /* cut at 8 MiB */
	char *text = xstrdup(buf_str(&b));
	buf_release(&b);
	return text;
}

void
out_text(const char *s)
{
	char *text = shown(s != NULL ? s : "");
	(void)fputs(text, stdout);
	(void)xfree(text);
}

void
out_cell(const char *s, size_t n_cols)
{
	char *text = shown(s != NULL ? s : "");
	size_t used = 0;
	size_t n = utf8_cut(text, strlen(text), n_cols, &used);
	(void)fwrite(text, 1, n, stdout);
	(void)printf("%*s", (int)(n_cols - used), "");
	(void)xfree(text);
}

void
out_json(json_t *take_value)
{
	char *text = json_write_plain(take_value);
	json_decref(take_value);
	(void)puts(text);
	(void)xfree(text);
}

json_t *
json_time(int64_t ms)
{
	char text[TIME_TEXT_MAX];
	if (ms < 0)
		return json_null();
	time_format(ms, text);
	return json_string(text);
}

json_t *
json_text_or_null(const char *s)
{
	return s != NULL && *s != '\0' ? json_string(s) : json_null();
}

void
out_error(const char *sentence)
{
	char *text = shown(sentence);
	(void)fprintf(stderr, "deltadesk: %s\n", text);
	(void)xfree(text);
}

void
out_warn(void *ctx, const char *sentence)
{
	(void)ctx;
	out_error(sentence);
}

enum rc
out_finish(struct err *err)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return RC_OK;
	if (errno == EPIPE) /* the reader had enough, as in `| head` */
		return RC_OK;
	return err_errno(err, errno != 0 ? errno : EIO, _("cannot write"),
			 _("standard output"));
}

enum rc
parse_when(const char *s, int64_t *ret_ms, struct err *err)
{
	int32_t day;
	if (strlen(s) != 10)
		return time_parse(s, ret_ms, err);
	enum rc rc = day_parse(s, &day, err);
	if (rc == RC_OK)
		*ret_ms = day_start_ms(day);
	return rc;
}
