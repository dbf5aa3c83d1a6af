/*
 * Keys as numbers: a character is its code point (control keys below 32),
 * all others lie above KEY_SPECIAL. Knows no curses.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_NAME_MAX 24
#define KEY_SPECIAL  0x200000u
#define KEY_META     0x400000u
#define KEY_CTRL(c)  ((uint32_t)(c)&0x1fu)

enum {
	K_NONE = 0,
	K_TAB = 9,
	K_ENTER = 13,
	K_ESC = 27,
	K_BS = 127,
	K_F1 = KEY_SPECIAL + 1,
	K_F12 = K_F1 + 11,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_PGUP,
	K_PGDN,
	K_HOME,
	K_END,
	K_INS,
	K_DEL,
	K_BACKTAB,
	K_PASTE_BEGIN,
	K_PASTE_END,
	K_CTRL_SPACE,
	K_WORD_LEFT, /* C-Left */
	K_WORD_RIGHT /* C-Right */
};

/* One key as written in a key file: "a", "<F2>", "<C-d>". K_NONE when it is
 * none; C-h C-i C-j C-m are refused, they are other keys. */
uint32_t key_parse(const char *s, size_t n_bytes);
/* As shown to people: "a" "F2" "C-d" "Space"; returns out. */
const char *key_text(uint32_t key, char out[KEY_NAME_MAX]);
/* Full-width letters and Chinese punctuation of an input method left on, as
 * the ASCII key that was meant. */
uint32_t key_fold(uint32_t key);
/* A character that types text. */
bool key_is_text(uint32_t key);
