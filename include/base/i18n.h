/*
 * Messages. Source strings are English; po/zh.po has the Chinese, which is
 * what officers see unless they ask for English.
 */
#pragma once

#include <stdbool.h>

#include <libintl.h>

#define _(text)	 gettext(text)
#define N_(text) text

/*
 * Choose the language ("zh" or "en") and the locale. Messages are UTF-8
 * whatever the terminal's character set is. LC_CTYPE is that of the
 * environment, or C.UTF-8 where the environment has only the bare C locale;
 * numbers and times keep the C rules. Catalogues are taken from po/ beside
 * the program (a build tree), else from where they were installed. Call once,
 * before any thread; may be called again to change the language.
 */
void i18n_init(const char *lang);

/* Chinese is in force (and before i18n_init, as the default): which of two
 * titles in data to show. */
bool i18n_zh(void);
/* Reads every catalog now, for a process that soon cannot. */
void i18n_load(void);
