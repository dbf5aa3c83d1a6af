#include <signal.h>
#include <stdio.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/env.h"
#include "base/file.h"
#include "base/mem.h"
#include "src/store/store_int.h"
#include "test.h"

struct fixture {
	char dir[32];
	char *path;
};

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	(void)strcpy(f->dir, "/tmp/dd-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->path = xasprintf("%s/desk.db", f->dir);
	*state = f;
	return 0;
}

static void
drop_files(const struct fixture *f)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal",
					     "-turn" };
	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		char *p = xasprintf("%s%s", f->path, tails[i]);
		(void)unlink(p);
		(void)xfree(p);
	}
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	drop_files(f);
	(void)rmdir(f->dir);
	(void)xfree(f->path);
	(void)xfree(f);
	return 0;
}

static struct store *
must_open(const struct fixture *f, enum store_mode mode)
{
	struct store *s = NULL;
	struct err err = ERR_INIT;
	if (store_open(f->path, mode, &s, &err) != RC_OK)
		fail_msg("%s", err.msg);
	return s;
}

static void
exec_ok(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(s->db));
}

static int64_t
number_of(struct store *s, const char *sql)
{
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(s->db, sql, -1, &st, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

static void
test_create_sets_what_the_house_wants(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	struct store *again = NULL;
	struct store *s = must_open(f, STORE_CREATE);

	assert_int_equal(number_of(s, "PRAGMA page_size"), 8192);
	assert_int_equal(number_of(s, "PRAGMA synchronous"), 2);
	assert_int_equal(number_of(s, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number_of(s, "PRAGMA wal_autocheckpoint"), 0);
	assert_int_equal(number_of(s, "PRAGMA application_id"),
			 STORE_APPLICATION_ID);
	assert_int_equal(number_of(s, "PRAGMA user_version"), sql_newest());
	assert_true(sql_newest() >= 1);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(store_open(f->path, STORE_CREATE, &again, NULL),
			 RC_EXISTS);
	assert_null(again);
	exec_ok(s, "CREATE TABLE scratch (n); INSERT INTO scratch VALUES (41)");
	(void)store_close(s);
	s = must_open(f, STORE_WRITE);
	assert_int_equal(number_of(s, "SELECT n FROM scratch"), 41);
	assert_int_equal(store_check(s, NULL), RC_OK);
	(void)store_close(s);
	s = must_open(f, STORE_READ);
	assert_int_equal(number_of(s, "SELECT n FROM scratch"), 41);
	assert_int_not_equal(sqlite3_exec(s->db, "DELETE FROM scratch", NULL,
					  NULL, NULL),
			     SQLITE_OK);
	(void)store_close(s);
	assert_null(store_close(NULL));
}

/* Refused with rc and one sentence, and not one byte changed. */
static void
assert_refused(const struct fixture *f, enum rc want)
{
	struct buf before, after;
	buf_init(&before, 64 << 20);
	buf_init(&after, 64 << 20);
	assert_int_equal(file_read(f->path, 64 << 20, false, &before, NULL),
			 RC_OK);
	for (int mode = STORE_WRITE; mode <= STORE_READ; mode++) {
		struct store *s = NULL;
		struct err err = ERR_INIT;
		enum rc rc =
			store_open(f->path, (enum store_mode)mode, &s, &err);
		if (rc != want)
			fail_msg("got %s: %s", rc_name(rc), err.msg);
		assert_null(s);
		assert_true(strlen(err.msg) > 10);
		assert_null(strchr(err.msg, '\n'));
		assert_int_equal(rc_exit_status(rc), 3);
	}
	assert_int_equal(file_read(f->path, 64 << 20, false, &after, NULL),
			 RC_OK);
	assert_int_equal(before.len, after.len);
	if (before.len > 0)
		assert_memory_equal(before.data, after.data, before.len);
	buf_release(&before);
	buf_release(&after);
}

static void
write_at(const struct fixture *f, off_t at, const void *bytes, size_t n)
{
	int fd = open(f->path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	(void)close(fd);
}

static void
test_foreign_files_are_refused(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = NULL;
	struct store *s = NULL;

	assert_int_equal(store_open(f->path, STORE_WRITE, &s, NULL),
			 RC_NOTFOUND);
	write_at(f, 0, "", 0);
	assert_refused(f, RC_DAMAGED); /* empty */
	write_at(f, 0, "hello", 5);
	assert_refused(f, RC_DAMAGED);
	char text[4096];
	memset(text, 'x', sizeof(text));
	write_at(f, 0, text, sizeof(text));
	assert_refused(f, RC_DAMAGED);
	drop_files(f);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE other (x)", NULL, NULL,
				      NULL),
			 SQLITE_OK);
	(void)sqlite3_close(db);
	assert_refused(f, RC_DAMAGED); /* another program's database */
	drop_files(f);
	assert_int_equal(mkdir(f->path, 0700), 0);
	assert_int_equal(store_open(f->path, STORE_WRITE, &s, NULL),
			 RC_DAMAGED);
	assert_int_equal(rmdir(f->path), 0);
	assert_int_equal(symlink("/dev/null", f->path), 0);
	assert_int_not_equal(store_open(f->path, STORE_WRITE, &s, NULL), RC_OK);
	assert_null(s);
}

/* A desk whose pages are all in the main file. */
static void
make_checkpointed(const struct fixture *f)
{
	struct store *s = must_open(f, STORE_CREATE);
	assert_true(store_wal_pages(s) > 0);
	assert_int_equal(store_checkpoint(s, NULL), RC_OK);
	assert_true(store_wal_pages(s) <= 1);
	(void)store_close(s);
}

static void
remove_wal(const struct fixture *f)
{
	char *wal = xasprintf("%s-wal", f->path);
	assert_int_equal(unlink(wal), 0);
	(void)xfree(wal);
}

static void
test_newer_file_is_refused(void **state)
{
	struct fixture *f = *state;
	static const unsigned char version[] = { 0, 0, 0x7f, 1 };

	make_checkpointed(f);
	remove_wal(f);
	write_at(f, 60, version, 4);
	assert_refused(f, RC_NEWER);
	drop_files(f);
	/* the same known only from the WAL */
	struct store *s = must_open(f, STORE_CREATE);
	exec_ok(s, "PRAGMA user_version = 32513");
	(void)store_close(s);
	assert_refused(f, RC_NEWER);
}

static void
test_damaged_file_is_refused(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	char junk[8192];

	make_checkpointed(f);
	remove_wal(f);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(truncate(f->path, st.st_size - 8192), 0);
	assert_refused(f, RC_DAMAGED); /* cut short */
	drop_files(f);

	memset(junk, 0xa5, sizeof(junk));
	make_checkpointed(f);
	remove_wal(f);
	write_at(f, 8192 * 3, junk, sizeof(junk));
	assert_refused(f, RC_DAMAGED); /* a page of junk */
	drop_files(f);

	make_checkpointed(f);
	remove_wal(f);
	write_at(f, 100, junk, 4000);
	assert_refused(f, RC_DAMAGED); /* the schema's own page */
}

static void
test_transactions(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct store *s = must_open(f, STORE_CREATE);

	exec_ok(s, "CREATE TABLE scratch (n)");
	assert_int_equal(store_begin(s, NULL), RC_OK);
	assert_true(store_in_transaction(s));
	assert_int_equal(store_begin(s, &err), RC_DB);
	assert_non_null(strstr(err.msg, "test_store.c:"));
	exec_ok(s, "INSERT INTO scratch VALUES (1)");
	store_rollback(s);
	assert_false(store_in_transaction(s));
	store_rollback(s); /* harmless */
	assert_int_equal(number_of(s, "SELECT count(*) FROM scratch"), 0);
	assert_int_equal(store_commit(s, NULL), RC_DB);

	struct store *other = must_open(f, STORE_WRITE);
	int64_t version = store_data_version(other);
	assert_int_equal(store_data_version(other), version);
	assert_int_equal(store_begin(s, NULL), RC_OK);
	exec_ok(s, "INSERT INTO scratch VALUES (1)");
	assert_int_equal(store_data_version(other), version);
	assert_int_equal(store_commit(s, NULL), RC_OK);
	assert_int_not_equal(store_data_version(other), version);

	/* a read sees one state from its first to its last statement */
	assert_int_equal(store_read_begin(other, NULL), RC_OK);
	assert_int_equal(number_of(other, "SELECT count(*) FROM scratch"), 1);
	exec_ok(s, "INSERT INTO scratch VALUES (2)");
	assert_int_equal(number_of(other, "SELECT count(*) FROM scratch"), 1);
	store_read_end(other);
	assert_int_equal(number_of(other, "SELECT count(*) FROM scratch"), 2);
	(void)store_close(other);
	(void)store_close(s);
}

/* The one after a light transaction waits for the disk again. */
static void
test_light_transactions(void **state)
{
	struct fixture *f = *state;
	struct store *s = must_open(f, STORE_CREATE);
	struct store *other = must_open(f, STORE_WRITE);
	enum {
		NORMAL = 1,
		FULL = 2
	};

	exec_ok(s, "CREATE TABLE scratch (n)");
	assert_int_equal(store_sync(s, NULL), RC_OK); /* nothing to do */
	assert_int_equal(store_begin_light(s, NULL), RC_OK);
	assert_int_equal(number_of(s, "PRAGMA synchronous"), NORMAL);
	assert_int_equal(store_begin_light(s, NULL), RC_DB);
	assert_int_equal(store_begin(s, NULL), RC_DB);
	assert_int_equal(number_of(s, "PRAGMA synchronous"), NORMAL);
	exec_ok(s, "INSERT INTO scratch VALUES (1)");
	assert_int_equal(store_commit(s, NULL), RC_OK);
	assert_int_equal(number_of(s, "PRAGMA synchronous"), FULL);
	assert_int_equal(number_of(other, "SELECT count(*) FROM scratch"), 1);
	assert_true(s->unsynced);
	assert_int_equal(store_sync(s, NULL), RC_OK);
	assert_false(s->unsynced);
	assert_int_equal(store_begin_light(s, NULL), RC_OK);
	exec_ok(s, "INSERT INTO scratch VALUES (2)");
	store_rollback(s);
	assert_int_equal(number_of(s, "PRAGMA synchronous"), FULL);
	assert_false(s->unsynced);
	assert_int_equal(number_of(other, "SELECT count(*) FROM scratch"), 1);
	(void)store_close(other);
	(void)store_close(s);
}

static void
test_statement_used_twice(void **state)
{
	struct fixture *f = *state;
	struct store *s = must_open(f, STORE_CREATE);
	bool row = false;
	struct stmt *a = stmt_use(s, SQL_STORE_USER_VERSION);

	assert_int_equal(stmt_step(a, &row, NULL), RC_OK);
	struct stmt *b = stmt_use(s, SQL_STORE_USER_VERSION);
	assert_ptr_not_equal(a, b);
	assert_int_equal(stmt_step(b, &row, NULL), RC_OK);
	assert_true(row);
	assert_int_equal(col_int(b, 0), sql_newest());
	stmt_done(b);
	assert_int_equal(col_int(a, 0), sql_newest());
	stmt_int(a, 9, 1); /* no such parameter: told by the next step */
	assert_int_equal(stmt_step(a, &row, NULL), RC_DB);
	stmt_done(a);
	stmt_done(NULL);
	a = stmt_use(s, SQL_STORE_USER_VERSION);
	assert_int_equal(stmt_step(a, &row, NULL), RC_OK);
	stmt_done(a);
	(void)store_close(s);
}

/* In a child, whose files may not grow: what a full disk does. */
static int
write_into_full_disk(const struct fixture *f)
{
	struct store *s = must_open(f, STORE_WRITE);
	struct err err = ERR_INIT;
	struct rlimit limit = { .rlim_cur = 512 * 1024,
				.rlim_max = 512 * 1024 };
	enum rc rc = RC_OK;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
	    store_begin(s, NULL) != RC_OK)
		return 1;
	exec_ok(s, "INSERT INTO scratch VALUES (zeroblob(4000000))");
	rc = store_commit(s, &err);
	if (rc != RC_FULL)
		(void)fprintf(stderr, "%s\n", err.msg);
	if (rc != RC_FULL || store_in_transaction(s))
		return 2;
	if (number_of(s, "SELECT count(*) FROM scratch") != 1)
		return 3;
	return rc_exit_status(rc) == 3 ? 0 : 4;
}

static int
in_child(int (*run)(const struct fixture *), const struct fixture *f)
{
	int status = -1;
	pid_t pid = fork();
	if (pid == 0)
		_exit(run(f));
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_full_disk(void **state)
{
	struct fixture *f = *state;
	struct store *s = must_open(f, STORE_CREATE);
	exec_ok(s, "CREATE TABLE scratch (n); INSERT INTO scratch VALUES (1)");
	(void)store_close(s);
	assert_int_equal(in_child(write_into_full_disk, f), 0);
	s = must_open(f, STORE_WRITE);
	assert_int_equal(number_of(s, "SELECT count(*) FROM scratch"), 1);
	assert_int_equal(store_check(s, NULL), RC_OK);
	exec_ok(s, "INSERT INTO scratch VALUES (2)");
	(void)store_close(s);
}

#define WRITES 150

static int
write_many(const struct fixture *f)
{
	struct store *s = must_open(f, STORE_WRITE);
	int64_t worst = 0;
	for (int i = 0; i < WRITES; i++) {
		int64_t before = env_monotonic_ms(env_system());
		if (store_begin(s, NULL) != RC_OK)
			return 1;
		exec_ok(s, "INSERT INTO scratch VALUES (1)");
		if (store_commit(s, NULL) != RC_OK)
			return 2;
		int64_t took = env_monotonic_ms(env_system()) - before;
		worst = took > worst ? took : worst;
	}
	(void)store_close(s);
	return worst < 5000 ? 0 : 3;
}

static void
test_two_writers_are_fair(void **state)
{
	struct fixture *f = *state;
	int status = -1;
	struct store *s = must_open(f, STORE_CREATE);
	exec_ok(s, "CREATE TABLE scratch (n)");
	(void)store_close(s);
	pid_t pid = fork();
	if (pid == 0)
		_exit(write_many(f));
	assert_int_equal(in_child(write_many, f), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	s = must_open(f, STORE_READ);
	assert_int_equal(number_of(s, "SELECT count(*) FROM scratch"),
			 2 * WRITES);
	(void)store_close(s);
}

static int
write_one(const struct fixture *f)
{
	struct store *s = must_open(f, STORE_WRITE);
	if (store_begin(s, NULL) != RC_OK)
		return 1;
	exec_ok(s, "INSERT INTO scratch VALUES (1)");
	if (store_commit(s, NULL) != RC_OK)
		return 2;
	(void)store_close(s);
	return 0;
}

/* Who writes much sees that another waits, until it has had its turn. */
static void
test_who_waits_is_seen(void **state)
{
	struct fixture *f = *state;
	int status = -1, go[2];
	char byte = 0;
	bool seen = false;
	assert_int_equal(pipe(go), 0);
	pid_t pid = fork(); /* SQLite is not carried over a fork */
	if (pid == 0)
		_exit(read(go[0], &byte, 1) == 1 ? write_one(f) : 3);
	struct store *s = must_open(f, STORE_CREATE);
	exec_ok(s, "CREATE TABLE scratch (n)");
	assert_false(store_is_waited_for(s));
	assert_int_equal(store_begin(s, NULL), RC_OK);
	assert_int_equal(write(go[1], &byte, 1), 1);
	for (int i = 0; i < 10000 && !seen; i++) {
		seen = store_is_waited_for(s);
		(void)usleep(1000);
	}
	assert_true(seen);
	assert_int_equal(store_commit(s, NULL), RC_OK);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_false(store_is_waited_for(s));
	assert_int_equal(number_of(s, "SELECT count(*) FROM scratch"), 1);
	(void)store_close(s);
	(void)close(go[0]);
	(void)close(go[1]);
}

/* Looking takes nothing of the process along when it ends. */
static void
test_look_closes_what_it_opened(void **state)
{
	struct fixture *f = *state;
	struct store_look look;
	(void)store_close(must_open(f, STORE_CREATE));
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	assert_int_equal(store_look(f->path, &look, NULL), RC_OK);
	assert_true(look.whole && look.version == look.newest);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	assert_int_equal(store_look("/nonexistent", &look, NULL), RC_NOTFOUND);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
}

/* Nobody but the holder of exchange.lock moves pages into the file. */
static void
test_close_does_not_checkpoint(void **state)
{
	struct fixture *f = *state;
	struct stat before, after;
	struct store *s = must_open(f, STORE_CREATE);
	assert_int_equal(store_checkpoint(s, NULL), RC_OK);
	exec_ok(s, "CREATE TABLE scratch (n)");
	assert_int_equal(stat(f->path, &before), 0);
	assert_true(store_wal_pages(s) > 0);
	(void)store_close(s);
	assert_int_equal(stat(f->path, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	s = must_open(f, STORE_WRITE);
	assert_true(store_wal_pages(s) > 0);
	assert_int_equal(store_checkpoint(s, NULL), RC_OK);
	assert_true(store_wal_pages(s) <= 1);
	(void)store_close(s);
	/* one alone that opens it later does not read all of it again */
	s = must_open(f, STORE_WRITE);
	assert_true(store_wal_pages(s) <= 1);
	assert_int_equal(number_of(s, "SELECT count(*) FROM scratch"), 0);
	(void)store_close(s);
}

static void
test_live_is_made_anew(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	assert_int_equal(store_open_live(f->path, &s, NULL), RC_OK);
	s = store_close(s);
	assert_int_equal(store_open_live(f->path, &s, NULL), RC_OK);
	s = store_close(s);
	char junk[8192];
	memset(junk, 0x5a, sizeof(junk));
	write_at(f, 0, junk, sizeof(junk));
	assert_int_equal(store_open_live(f->path, &s, NULL), RC_OK);
	(void)store_close(s);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_create_sets_what_the_house_wants),
		CASE(test_foreign_files_are_refused),
		CASE(test_newer_file_is_refused),
		CASE(test_damaged_file_is_refused),
		CASE(test_transactions),
		CASE(test_light_transactions),
		CASE(test_statement_used_twice),
		CASE(test_full_disk),
		CASE(test_two_writers_are_fair),
		CASE(test_who_waits_is_seen),
		CASE(test_look_closes_what_it_opened),
		CASE(test_close_does_not_checkpoint),
		CASE(test_live_is_made_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
