/* Options that several commands take, for the tables of commands. */
#pragma once

#include "base/i18n.h"

/* clang-format off */
#define OPT_TO	     { "to", "ID|GROUP[,...]", N_("addressees: desks, or the desks that a group has now") }
#define OPT_CC	     { "cc", "ID|GROUP[,...]", N_("copied to") }
#define OPT_SET	     { "set", "FIELD=VALUE", N_("a field; a.b and list.0.col reach inside; repeatable") }
#define OPT_FILE     { "file", "JSON", N_("one JSON object of fields; - is standard input") }
#define OPT_ATTACH   { "attach", "PATH", N_("a file to attach; repeatable") }
#define OPT_NOTE     { "note", "TEXT", N_("the reason") }
#define OPT_KIND_BOX { "box", "in|out|all", N_("received, sent, or all") }
/* clang-format on */
