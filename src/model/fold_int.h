/*
 * Inside the fold. One node an event; a node is judged when all that it
 * rests on (prev, rev, of) has been judged, so the order of arrival cannot
 * matter. What is known of a desk's own chain up to an event is its summary,
 * which the summaries of its predecessors give without walking back.
 */
#pragma once

#include "model/fold.h"

struct node;

/* A party at one revision. */
struct party {
	const char *desk;
	int part;     /* of the kind; without kind 0 to, 1 cc */
	size_t order; /* as addressed */
	/* Revision since which it is one without a break; the index's root
	 * when since an issue, so that a draft issued again after a restore
	 * does not begin the party anew. */
	struct node *base;
};

/* A row that has a track of its own, at one revision. */
struct row_at {
	char key[ROW_KEY_MAX + 1];
	const char *desk; /* the owner or a party of that revision */
	size_t index;	  /* in the list */
	const json_t *json;
	struct node *base; /* since which it is that desk's without a break */
	struct node *same; /* since which nothing in it that reopens changed */
};

/* What an issue or a revise says (fit ones only). */
struct content {
	const struct kind *kind;  /* NULL: not installed */
	const struct event *root; /* issue that named the kind */
	struct node *parent;	  /* revision before it; NULL */
	struct party *parties;	  /* by desk; owned */
	size_t n_parties;
	struct row_at *rows; /* by key, each key once; owned */
	size_t n_rows;
	/* Earliest revision since which no field that reopens the track
	 * changed (EVENTS 5). */
	struct node *base_of_track[KIND_TRACKS_MAX];
};

/* What a desk's moves did on a track since it became a party. */
struct known {
	struct node *member; /* NULL for the owner */
	struct node *last;   /* newest fit move that sets a state */
	uint64_t once;	     /* moves of the track made, by number */
	uint8_t extended[KIND_CLOCKS_MAX];
};

/* Of a chain up to an event; lists are shared until they change. */
struct summary {
	struct node *content; /* owner: newest fit issue or revise */
	struct node *rev;     /* party: newest revision acted on */
	const struct known *known;
	size_t n_known;
};

struct node {
	const struct event *event;
	const char *refused;
	struct ref seal; /* of a reveal, computed by the caller; else zero */
	json_t *opened;	 /* its value, when fit; owned */
	const char *track;
	struct node *prev[PREV_MAX];
	size_t n_prev;
	struct node *rev, *of;
	bool gap;     /* something it rests on is not here */
	size_t waits; /* for this many to be judged */
	enum verdict verdict;
	const char *why;
	struct content *content; /* owned; NULL: no fit issue or revise */
	struct node *at;	 /* revision it is judged at */
	struct node *member;
	const struct row_at *row; /* that is moved, at `at`; NULL: no row */
	struct node *before;	  /* last state-setting move on its own chain */
	const struct track_def *def;
	const struct move *move;
	struct known mine; /* of its own membership */
	struct summary after;
	bool named; /* by a later event of its desk: no tip */
	bool twice; /* a second `once` of another branch: of no effect */
	bool fork, idle, stepped_back, odd_time, in_effect;
};

struct fold_index {
	struct known **lists; /* owned */
	size_t n_lists;
	struct node root;   /* stands for every issue without a past */
	struct node *nodes; /* by digest */
	size_t n_nodes;
	struct node **order;	/* by effect: epoch, k, digest */
	struct node **by_desk;	/* by source, then effect */
	struct node **contents; /* fit issues and revises in that order */
	size_t n_contents;
	struct node *current;
};

/* One desk's line on one track since it became a party. */
struct lane {
	const char *desk, *track;
	struct node *member;
	struct node *last;
	uint64_t once;
	struct node **nodes; /* fit, in effect order; owned */
	size_t n_nodes;
};

struct folding {
	const struct fold_in *in;
	struct doc *doc;
	struct fold_index *index;
	struct lane *lanes;
	size_t n_lanes;
};

/* chain: from the set of events to linked nodes, judged in turn */
void fold_link(struct folding *f);
void fold_judge_all(struct folding *f);
void fold_find_forks(struct folding *f);
struct node *fold_find(const struct fold_index *ix, const struct ref *ref);
/* The events of one desk in effect order. */
struct node **fold_desk(const struct fold_index *ix, const char *desk,
			size_t *ret_n);
int node_cmp(const struct node *a, const struct node *b);
bool node_is_chained(const struct node *n);
size_t fold_tips(const struct fold_index *ix, const char *desk,
		 const char *track, struct ref out[static PREV_MAX]);

/* verdict */
void node_judge(struct folding *f, struct node *n);

/* content */
struct content *content_new(struct folding *f, struct node *n,
			    struct node *parent, const char **ret_why);
struct content *content_free(struct content *c);
const struct party *content_party(const struct content *c, const char *desk);
const char *part_track(const struct content *c, const struct party *p);
void content_find_rows(struct content *c, struct node *n, struct node *fresh);
const struct row_at *content_row(const struct content *c, const char *key);

/* seals */
/* NULL: fit; else why not. n->at is its revision, of an installed kind. */
const char *node_judge_reveal(struct node *n);
void fold_seals(struct folding *f);
bool reveal_is_due(const struct doc *d, const struct event *e);

/* tracks */
const struct state *state_at(const struct track_def *def,
			     const struct kind *kind, const struct node *last,
			     const struct node *at, const struct row_at *row,
			     bool *ret_fallen);
void fold_effects(struct folding *f);
void fold_tracks(struct folding *f);
struct lane *lane_of(struct folding *f, const char *desk, const char *track,
		     const struct node *member);

/* rows */
void fold_rows(struct folding *f);

/* clocks */
void fold_clocks(struct folding *f);
