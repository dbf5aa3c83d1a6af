/* Attachments: hashed on the way in, resumed, given to those who may. */
#include <stdio.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "journal/blob.h"
#include "journal_bed.h"

#define DOC_1 "01900000-0000-7000-8000-000000000001"
#define A     "310105"
#define B     "330100"
#define C     "320500"

static const char bytes[] = "现场检查照片,第一张";

struct three {
	struct bed a, b, c;
};

static int
setup(void **state)
{
	struct three *t = xcalloc(1, sizeof(*t));
	bed_open(&t->a, A, 1);
	bed_open(&t->b, B, 2);
	bed_open(&t->c, C, 3);
	bed_befriend(&t->a, &t->b);
	bed_befriend(&t->a, &t->c);
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct three *t = *state;
	bed_close(&t->a);
	bed_close(&t->b);
	bed_close(&t->c);
	(void)xfree(t);
	return 0;
}

static struct digest
put(struct bed *b, const char *data)
{
	struct err err = ERR_INIT;
	struct blob_writer *w = NULL;
	struct digest d;
	int64_t size = 0;
	assert_int_equal(blob_writer_open(b->journal, NULL, &w, &err), RC_OK);
	assert_int_equal(blob_writer_add(w, data, strlen(data), &err), RC_OK);
	assert_int_equal(blob_writer_commit(w, &d, &size, &err), RC_OK);
	assert_int_equal(size, strlen(data));
	return d;
}

static void
issue_with(struct bed *b, const struct digest *d, const char *to)
{
	char hex[DIGEST_HEX_LEN + 1];
	json_t *data = bed_content("附照片", to, "平件");
	digest_hex(d, hex);
	char *named = xasprintf("sha256:%s", hex);
	json_object_set_new(data, "attachments",
			    json_pack("[{s:s,s:s,s:i,s:s}]", "name",
				      "照片01.jpg", "digest", named, "size",
				      (int)strlen(bytes), "type",
				      "image/jpeg"));
	(void)xfree(named);
	bed_issue(b, DOC_1, data);
}

static void
count_digest(void *ctx, const struct digest *d)
{
	(void)d;
	++*(size_t *)ctx;
}

static void
test_supplied_and_granted(void **state)
{
	struct three *t = *state;
	struct err err = ERR_INIT;
	struct blob_writer *w = NULL;
	struct digest d = put(&t->a, bytes), got;
	int64_t size = 0;
	size_t n = 0;

	assert_true(blob_here(t->a.journal, &d, &size));
	assert_false(blob_granted(t->a.journal, &d, B));
	issue_with(&t->a, &d, B);
	assert_int_equal(bed_count(&t->a, "SELECT flags & 512 FROM doc"), 0);
	assert_true(blob_granted(t->a.journal, &d, B));
	/* C was sent nothing that names it. */
	assert_false(blob_granted(t->a.journal, &d, C));

	/* The document is usable before its attachment is here. */
	bed_carry(&t->a, &t->b, true);
	assert_int_equal(bed_count(&t->b, "SELECT count(*) FROM doc"), 1);
	assert_int_equal(bed_count(&t->b, "SELECT flags & 512 FROM doc"), 512);
	assert_int_equal(blob_wanted(t->b.journal, A, count_digest, &n, &err),
			 RC_OK);
	assert_int_equal(n, 1);
	/* The receipt asked for it. */
	assert_int_equal(bed_count(&t->a, "SELECT count(*) FROM want WHERE "
					  "dir = 'theirs' AND peer = '" B "'"),
			 1);
	assert_int_equal(blob_writer_open(t->b.journal, &d, &w, &err), RC_OK);
	assert_int_equal(blob_writer_set_supplier(w, A, &err), RC_OK);
	assert_int_equal(blob_writer_add(w, bytes, strlen(bytes), &err), RC_OK);
	assert_int_equal(blob_writer_commit(w, &got, &size, &err), RC_OK);
	assert_int_equal(bed_count(&t->b, "SELECT flags & 512 FROM doc"), 0);
	n = 0;
	assert_int_equal(blob_wanted(t->b.journal, A, count_digest, &n, &err),
			 RC_OK);
	assert_int_equal(n, 0);
	/* Who gave the bytes may have them back. */
	assert_true(blob_granted(t->b.journal, &d, A));
	bed_verify(&t->b, true);
	bed_verify(&t->a, true);
}

static void
test_naming_is_not_owning(void **state)
{
	struct three *t = *state;
	struct digest secret = put(&t->a, bytes);

	/* B names a digest that only A holds, in a document for C: C may not
	 * fetch it from A, and neither may B. */
	bed_befriend(&t->b, &t->c);
	issue_with(&t->b, &secret, A);
	bed_carry(&t->b, &t->a, true);
	assert_true(blob_here(t->a.journal, &secret, NULL));
	assert_false(blob_granted(t->a.journal, &secret, B));
	assert_false(blob_granted(t->a.journal, &secret, C));
}

static void
test_resume_and_wrong_bytes(void **state)
{
	struct three *t = *state;
	struct err err = ERR_INIT;
	struct blob_writer *w = NULL;
	struct digest d, got;
	int64_t size = 0;

	digest_sha256(bytes, strlen(bytes), &d);
	assert_int_equal(blob_writer_open(t->a.journal, &d, &w, &err), RC_OK);
	assert_int_equal(blob_writer_add(w, bytes, 7, &err), RC_OK);
	(void)blob_writer_close(w, true); /* the line was cut */
	assert_int_equal(blob_writer_open(t->a.journal, &d, &w, &err), RC_OK);
	assert_int_equal(blob_writer_get_offset(w), 7);
	assert_int_equal(blob_writer_add(w, bytes + 7, strlen(bytes) - 7, &err),
			 RC_OK);
	assert_int_equal(blob_writer_commit(w, &got, &size, &err), RC_OK);
	assert_true(digest_eq(&d, &got));

	struct digest other;
	digest_sha256("x", 1, &other);
	assert_int_equal(blob_writer_open(t->a.journal, &other, &w, &err),
			 RC_OK);
	assert_int_equal(blob_writer_add(w, "y", 1, &err), RC_OK);
	assert_int_equal(blob_writer_commit(w, &got, &size, &err), RC_VERIFY);
	assert_false(blob_here(t->a.journal, &other, NULL));
	/* The part is gone: the next try starts from nothing. */
	assert_int_equal(blob_writer_open(t->a.journal, &other, &w, &err),
			 RC_OK);
	assert_int_equal(blob_writer_get_offset(w), 0);
	(void)blob_writer_close(w, false);
}

static void
test_verify_reads_every_byte(void **state)
{
	struct three *t = *state;
	struct digest d = put(&t->a, bytes);
	char hex[DIGEST_HEX_LEN + 1];
	char *first = NULL;

	bed_verify(&t->a, false);
	digest_hex(&d, hex);
	char *path = xasprintf("%s/blobs/%.2s/%s", t->a.dir, hex, hex);
	int fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "!", 1, 3), 1);
	(void)close(fd);
	assert_int_equal(bed_problems(&t->a, false, &first), 1);
	assert_non_null(strstr(first, hex));
	first = xfree(first);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(bed_problems(&t->a, false, &first), 1);
	(void)xfree(first);
	/* A link in its place is not followed. */
	assert_int_equal(symlink("/etc/hostname", path), 0);
	struct err err = ERR_INIT;
	int64_t size = 0;
	assert_int_not_equal(blob_open(t->a.journal, &d, &fd, &size, &err),
			     RC_OK);
	(void)xfree(path);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_supplied_and_granted),
		T(test_naming_is_not_owning),
		T(test_resume_and_wrong_bytes),
		T(test_verify_reads_every_byte),
#undef T
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
