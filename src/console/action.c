#include <string.h>

#include "console/action_int.h"

static const struct {
	const char *name;
	enum action_class class_;
	const char *label, *help;
} actions[] = {
#define X(id, name_, class__, label_, help_) \
	[ACTION_##id] = { name_, CLASS_##class__, label_, help_ },
	ACTION_MAP(X)
#undef X
};

static const char *const contexts[] = {
#define X(id, name) [CONTEXT_##id] = name,
	CONTEXT_MAP(X)
#undef X
};

enum action
action_find(const char *name, size_t n_bytes)
{
	for (size_t i = 1; i < ACTION__COUNT; i++)
		if (strlen(actions[i].name) == n_bytes &&
		    memcmp(actions[i].name, name, n_bytes) == 0)
			return (enum action)i;
	return ACTION_NONE;
}

const char *
action_name(enum action a)
{
	return a == ACTION_NONE ? "" : actions[a].name;
}

const char *
action_label(enum action a)
{
	return a == ACTION_NONE ? "" : _(actions[a].label);
}

const char *
action_help(enum action a)
{
	return a == ACTION_NONE ? "" : _(actions[a].help);
}

enum action_class
action_class(enum action a)
{
	return actions[a].class_;
}

bool
action_is_act(enum action a)
{
	return a != ACTION_NONE && (actions[a].class_ == CLASS_COMMIT ||
				    actions[a].class_ == CLASS_DESTRUCTIVE);
}

enum context
context_find(const char *name, size_t n_bytes)
{
	for (size_t i = 0; i < CONTEXT__COUNT; i++)
		if (strlen(contexts[i]) == n_bytes &&
		    memcmp(contexts[i], name, n_bytes) == 0)
			return (enum context)i;
	return CONTEXT__COUNT;
}

const char *
context_name(enum context c)
{
	return contexts[c];
}

bool
context_inherits(enum context c)
{
	return c != CONTEXT_GENERIC && c != CONTEXT_FORM &&
	       c != CONTEXT_PROMPT && c != CONTEXT_CONFIRM;
}
