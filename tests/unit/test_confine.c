#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/mem.h"
#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdatomic.h>

static char folder[64], inside[96], outside[96];

/* Each try is 0 when it was refused as it should be, else what happened. */

static int
try_exec(void)
{
	char *argv[] = { (char[]){ "true" }, NULL };

	(void)execv("/bin/true", argv);
	return errno == EPERM ? 0 : errno;
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 && errno == EPERM ? 0 : 1;
}

static int
try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM &&
			       socket(AF_UNIX, SOCK_STREAM, 0) < 0
		       ? 0
		       : 1;
}

static int
try_uring(void)
{
	char params[256] = { 0 };

	return syscall(SYS_io_uring_setup, 4, params) < 0 && errno == EPERM ? 0
									    : 1;
}

static int
try_signal(void)
{
	if (kill(getppid(), 0) != 0)
		return 1; /* to ask whether it lives is fine */
	return kill(getppid(), SIGCONT) < 0 && errno == EPERM ? 0 : 2;
}

static int
try_type_into_terminal(void)
{
	return ioctl(STDIN_FILENO, TIOCSTI, "x") < 0 && errno == EPERM ? 0 : 1;
}

static int
try_core(void)
{
	struct rlimit r = { 1, 1 };

	if (getrlimit(RLIMIT_CORE, &r) != 0 || r.rlim_cur || r.rlim_max)
		return 1;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 2;
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
try_thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, nothing, NULL) != 0)
		return 1;
	return pthread_join(t, NULL);
}

static int
try_inside(void)
{
	int fd = open(inside, O_RDWR | O_CREAT, 0600);

	if (fd < 0)
		return 1;
	(void)close(fd);
	return unlink(inside);
}

static int
try_outside(void)
{
	if (open(outside, O_RDONLY) >= 0)
		return 1;
	if (open(outside, O_WRONLY) >= 0)
		return 2;
	if (open("/etc/hostname_of_the_test", O_WRONLY | O_CREAT, 0600) >= 0)
		return 3;
	return open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 4;
}

/* From here on the kernel answers as one without Landlock does. */
static int
without_landlock(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int r = f == NULL ? -1
			  : seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
					     SCMP_SYS(landlock_create_ruleset),
					     0);

	r = r == 0 ? seccomp_load(f) : r;
	if (f != NULL)
		seccomp_release(f);
	return r;
}

/* ---- of who serves ---- */

static int server_fd; /* listens since before */

static int
try_serve_sockets(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (getsockname(server_fd, (struct sockaddr *)&at, &n) != 0)
		return 1;
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, n) != 0)
		return 2; /* it dials */
	if (accept(server_fd, NULL, NULL) < 0)
		return 3; /* and is dialled */
	at.sin_port = 0;
	if (bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&at, n) ==
		    0 ||
	    errno != EPERM)
		return 4; /* no further door */
	for (int family = 0; family < 45; family++)
		if (family != AF_INET && family != AF_INET6 &&
		    (socket(family, SOCK_RAW, 0) >= 0 ||
		     socket(family, SOCK_STREAM, 0) >= 0 ||
		     errno != EAFNOSUPPORT))
			return 5;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }) < 0 ? 0 : 6;
}

static void *
exec_in_thread(void *arg)
{
	*(int *)arg = try_exec();
	return NULL;
}

static atomic_bool begun;

static void *
wait_then_exec(void *arg)
{
	while (!atomic_load(&begun))
		(void)usleep(1000);
	return exec_in_thread(arg);
}

/* A thread that was there before the filter has it too. */
static int
serves(int (*try)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		const char *const folders[] = { folder, NULL };
		const struct confine c = { .folders = folders, .serves = true };
		struct sockaddr_in at = { .sin_family = AF_INET };
		bool files = false;
		pthread_t older;
		int older_tried = -1;

		at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		server_fd = socket(AF_INET, SOCK_STREAM, 0);
		if (confine_files(&c, &files, NULL) != RC_OK || !files ||
		    bind(server_fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
		    listen(server_fd, 5) != 0 ||
		    pthread_create(&older, NULL, wait_then_exec,
				   &older_tried) != 0)
			_exit(100);
		if (confine_calls(&c, NULL) != RC_OK)
			_exit(101);
		atomic_store(&begun, true);
		(void)pthread_join(older, NULL);
		_exit(older_tried != 0 ? 102 : try());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_confine_serves(void **state)
{
	static int (*const tries[])(void) = {
		try_serve_sockets, try_exec,
		try_fork,	   try_uring,
		try_signal,	   try_core,
		try_outside,	   try_inside,
		try_thread,	   try_type_into_terminal,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tries); i++)
		assert_int_equal(serves(tries[i]), 0);
}

/* In a process of its own, since nothing of it can be taken back. */
static int
confined(int (*try)(void), bool landlock)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		const char *const folders[] = { folder, NULL };
		const struct confine c = { .folders = folders };
		bool files = false;

		if (!landlock && without_landlock() != 0)
			_exit(101);
		if (confine_knows_files() != landlock)
			_exit(102); /* the tests need a kernel that has it */
		if (confine_process(&c, &files, NULL) != RC_OK)
			_exit(100);
		_exit(files != landlock ? 103 : try());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_confine_refuses(void **state)
{
	static int (*const tries[])(void) = {
		try_exec,
		try_fork,
		try_socket,
		try_uring,
		try_signal,
		try_core,
		try_type_into_terminal,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		assert_int_equal(confined(tries[i], true), 0);
		assert_int_equal(confined(tries[i], false), 0);
	}
}

static void
test_confine_leaves_what_is_needed(void **state)
{
	(void)state;
	assert_int_equal(confined(try_thread, true), 0);
	assert_int_equal(confined(try_inside, true), 0);
}

static void
test_confine_keeps_files_in(void **state)
{
	(void)state;
	assert_int_equal(confined(try_outside, true), 0);
}

static int
setup(void **state)
{
	int fd;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/dd-confine-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(inside, sizeof(inside), "%s/in", folder);
	(void)snprintf(outside, sizeof(outside), "%s.out", folder);
	fd = open(outside, O_WRONLY | O_CREAT | O_EXCL, 0600);
	return fd < 0 ? -1 : close(fd);
}

static int
teardown(void **state)
{
	(void)state;
	return unlink(outside) | rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_confine_refuses),
		cmocka_unit_test(test_confine_leaves_what_is_needed),
		cmocka_unit_test(test_confine_keeps_files_in),
		cmocka_unit_test(test_confine_serves),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
