/*
 * The demonstration: five desks in one folder, each with its own `serve`
 * process on loopback, real records between them, a line cut and healed.
 */
#pragma once

#include <sys/types.h>

#include "cli_int.h"
#include "loop/loop.h"
#include "loop/watch.h"

enum demo_desk_at {
	DEMO_CHANGNING,
	DEMO_POLICE,
	DEMO_HANGZHOU,
	DEMO_PROCURATORATE,
	DEMO_HEFEI,
	DEMO__COUNT
};

struct demo_desk {
	const char *id;
	char *folder;
	int port;
	struct desk *desk;
	struct child *serve;
	bool ended;	  /* its serve process */
	int64_t expected; /* documents that must be here */
};

/* A line of its own that can be cut: bytes are passed on by a process. */
struct line {
	int listen_fd;
	int port, to_port;
	pid_t pid; /* 0: cut */
};

struct demo {
	struct cli *c;
	char *root;
	char *exe; /* this program */
	bool keep;
	struct loop *loop;
	int log_fd;
	int64_t began_ms;
	int steps, failed;
	struct demo_desk desks[DEMO__COUNT];
	struct line lines[2]; /* 310105 -> 340100 and back */
	size_t n_known;	      /* sample clues issued so far */
};

/* --- demo_desk.c --- */
enum rc demo_make_desks(struct demo *d, struct err *err);
enum rc demo_trust_all(struct demo *d, struct err *err);
enum rc demo_serve_all(struct demo *d, struct err *err);
void demo_end_serves(struct demo *d);
/* The same from a process that is not their parent. */
void demo_kill_serves(const struct demo *d);
void demo_close_desks(struct demo *d);
void demo_remove(const char *folder);

/* --- demo_line.c --- */
/* 0 on failure */
int demo_free_port(const struct env *env, struct err *err);
enum rc line_open(struct line *r, int to_port, struct err *err);
enum rc line_heal(struct line *r, struct err *err);
void line_cut(struct line *r);
void line_close(struct line *r);

/* --- demo_data.c --- */
/* Records of db/demo made notices of `from` to `to`; counts expected. */
enum rc demo_import(struct demo *d, enum demo_desk_at from,
		    enum demo_desk_at to, const char *file, const char *map,
		    struct err *err);
/* The next n sample clues of any owner among the five, issued by it. */
enum rc demo_issue_samples(struct demo *d, size_t n, struct err *err);
/* One notice with this title. */
enum rc demo_issue(struct demo *d, enum demo_desk_at from, enum demo_desk_at to,
		   const char *title, struct doc_ref *out, struct err *err);
/* --- demo_week.c --- */
/* Every kind between the five; prove tells of what a line proves. */
enum rc demo_week(struct demo *d,
		  void (*prove)(struct demo *d, const char *what),
		  struct err *err);
/* --- demo.c --- */
bool demo_interrupted(void);

/* A notice to 310105 every few seconds while the parent lives. */
void demo_traffic(struct demo *d, pid_t parent);
