#include <errno.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "test.h"

static char folder[64];

static char *
path(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

static int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/deltadesk-file-XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static void
test_write_read(void **state)
{
	char *p = path("a"), *l = path("link"), *d = path("dir");
	struct err err = ERR_INIT;
	struct stat st;
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	(void)umask(077);
	assert_int_equal(file_create(p, "one", 3, 0640, &err), RC_OK);
	assert_int_equal(stat(p, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(file_create(p, "two", 3, 0600, &err), RC_EXISTS);
	assert_int_equal(file_replace(p, "three", 5, 0600, &err), RC_OK);
	assert_int_equal(file_read(p, 5, false, &b, &err), RC_OK);
	assert_string_equal(buf_str(&b), "three");
	assert_int_equal(file_read(p, 4, false, &b, &err), RC_TOOLARGE);
	assert_int_equal(symlink(p, l), 0);
	buf_reset(&b);
	assert_int_equal(file_read(l, 5, false, &b, &err), RC_IO);
	assert_int_equal(file_read(l, 5, true, &b, &err), RC_OK);
	assert_int_equal(dir_make(d, 0700, &err), RC_OK);
	assert_int_equal(dir_make(d, 0700, &err), RC_OK);
	assert_int_equal(dir_make(p, 0700, &err), RC_EXISTS);
	assert_int_equal(file_read(d, 5, true, &b, &err), RC_IO);
	assert_int_equal(file_read("/nonexistent/x", 5, true, &b, &err),
			 RC_NOTFOUND);
	assert_non_null(strstr(err.msg, "/nonexistent/x"));
	assert_true(file_exists(l));
	(void)rmdir(d);
	(void)unlink(l);
	(void)unlink(p);
	assert_int_equal(rmdir(folder), 0); /* no temporary file is left */
	buf_release(&b);
	free(p);
	free(l);
	free(d);
}

static void
test_full_disk(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err_errno(&err, ENOSPC, "writing", "x"), RC_FULL);
	assert_int_equal(err.sys, ENOSPC);
	assert_int_equal(err_errno(&err, EDQUOT, "writing", "x"), RC_FULL);
	assert_int_equal(err_errno(&err, EROFS, "writing", "x"), RC_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_write_read, make_folder),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
