#include "config.h"

#include "base/confine.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"

#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>

void
confine_memory(void)
{
	const struct rlimit none = { 0, 0 };

	/* neither can fail: both only take away */
	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef WITH_SANITIZERS /* the leak checker traces its own process */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* --- files: Landlock, Linux 5.13 and later -------------------------------- */

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITES                                                           \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |  \
	 LANDLOCK_ACCESS_FS_MAKE_REG)
/* Handled and so refused everywhere. */
#define NEVER                                                          \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |   \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static long
landlock_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		       LANDLOCK_CREATE_RULESET_VERSION);
}

bool
confine_knows_files(void)
{
	return landlock_version() > 0;
}

/* From version 2 on a file may be moved between the folders allowed; before
 * that no move between two is possible. */
static uint64_t
moves(void)
{
	return landlock_version() >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0;
}

static void
allow(int ruleset, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access };
	struct stat st;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return; /* what is not there needs no rule */
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE |
				       LANDLOCK_ACCESS_FS_WRITE_FILE;
	/* a rule that is not taken leaves more refused, never less */
	(void)syscall(SYS_landlock_add_rule, ruleset,
		      LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd);
}

static bool
keep_in(const struct confine *c)
{
	/* fonts for papers, time zones, terminals, character sets, names */
	static const char *const read_only[] = { "/usr",      "/etc",
						 "/lib",      "/lib64",
						 "/bin",      "/proc/self",
						 "/var/cache" };
	static const char *const devices[] = { "/dev/tty", "/dev/null",
					       "/dev/urandom", "/dev/pts" };
	const uint64_t move = moves();
	const uint64_t made =
		c->serves ? LANDLOCK_ACCESS_FS_MAKE_SOCK : 0; /* its own */
	const struct landlock_ruleset_attr attr = {
		.handled_access_fs = READS | WRITES | NEVER | move
	};
	int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr),
			      0);
	bool done;

	if (fd < 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(read_only); i++)
		allow(fd, read_only[i], READS);
	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		allow(fd, devices[i], READS | LANDLOCK_ACCESS_FS_WRITE_FILE);
	for (const char *const *f = c->folders; *f != NULL; f++)
		allow(fd, *f, READS | WRITES | move | made);
	done = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	(void)close(fd);
	return done;
}

/* --- calls: seccomp --------------------------------------------------------
 */

/* Of who has no network, and of who serves: no further door is opened. */
static const int network[] = {
	SCMP_SYS(socketpair), SCMP_SYS(bind),	 SCMP_SYS(listen),
	SCMP_SYS(socket),     SCMP_SYS(connect), SCMP_SYS(accept),
	SCMP_SYS(accept4),
};
#define NETWORK_SERVES 3 /* the first of them */

/*
 * Programs, other processes, the kernel's own doors. io_uring would open files
 * and sockets past this list, so it is on it.
 */
static const int refused[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
#ifndef WITH_SANITIZERS
	SCMP_SYS(ptrace),
#endif
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(kcmp),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(open_tree),
	SCMP_SYS(move_mount),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsmount),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(name_to_handle_at),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(quotactl),
	SCMP_SYS(acct),
	SCMP_SYS(syslog),
};

/* What a new thread has and a new process has not. */
#ifdef WITH_SANITIZERS
#define OF_THREADS CLONE_VM /* the leak checker's tracer is a process */
#else
#define OF_THREADS CLONE_THREAD
#endif

static int
refuse_some(scmp_filter_ctx f)
{
	int r = 0;

	/* threads yes, processes no; clone3 hides its flags: the C library
	 * falls back to clone */
	r = r ? r
	      : seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
				 SCMP_A0(SCMP_CMP_MASKED_EQ, OF_THREADS, 0));
	r = r ? r
	      : seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3),
				 0);
	/* is a process there: yes; a signal to it: no */
	r = r ? r
	      : seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kill), 1,
				 SCMP_A1(SCMP_CMP_NE, 0));
	/* keys typed into the terminal for whoever reads it next */
	r = r ? r
	      : seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
				 SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu,
					 TIOCSTI));
	return r ? r
		 : seccomp_rule_add(
			   f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
			   SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu, TIOCLINUX));
}

/* Who serves makes sockets of TCP and, for names, UDP: no local, raw or
 * netlink one. libseccomp compares an argument once in a rule. */
static int
refuse_families(scmp_filter_ctx f)
{
	const int call = SCMP_SYS(socket);
	int r = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), call, 1,
				 SCMP_A0(SCMP_CMP_LT, AF_INET));

	for (unsigned family = AF_INET + 1; r == 0 && family < AF_INET6;
	     family++)
		r = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), call, 1,
				     SCMP_A0(SCMP_CMP_EQ, family));
	return r ? r
		 : seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), call, 1,
				    SCMP_A0(SCMP_CMP_GT, AF_INET6));
}

static int
refuse_all(scmp_filter_ctx f, const int *calls, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
	return r;
}

static int
load_filter(const struct confine *c)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int r = f == NULL ? -ENOMEM
			  : seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1);

	if (r == 0)
		r = refuse_all(f, refused, ARRAY_LEN(refused));
	if (r == 0)
		r = refuse_all(f, network,
			       c->serves ? NETWORK_SERVES : ARRAY_LEN(network));
	if (r == 0 && c->serves)
		r = refuse_families(f);
	if (r == 0)
		r = refuse_some(f);
	if (r == 0)
		r = seccomp_load(f); /* sets no_new_privs too */
	if (f != NULL)
		seccomp_release(f);
	return r;
}

enum rc
confine_files(const struct confine *c, bool *ret_files, struct err *err)
{
	confine_memory();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(err, RC_IO, errno,
			       _("this process cannot be locked down (%s)"),
			       "no_new_privs");
	*ret_files = keep_in(c);
	return RC_OK;
}

enum rc
confine_calls(const struct confine *c, struct err *err)
{
	int r = load_filter(c);

	return r == 0 ? RC_OK
		      : err_set(err, RC_IO, -r,
				_("this process cannot be locked down (%s)"),
				"seccomp");
}

enum rc
confine_process(const struct confine *c, bool *ret_files, struct err *err)
{
	enum rc rc = confine_files(c, ret_files, err);

	return rc == RC_OK ? confine_calls(c, err) : rc;
}
