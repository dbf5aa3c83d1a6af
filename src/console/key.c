#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/key_int.h"

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
	{ "Up", K_UP },
	{ "Down", K_DOWN },
	{ "Left", K_LEFT },
	{ "Right", K_RIGHT },
	{ "PgUp", K_PGUP },
	{ "PgDn", K_PGDN },
	{ "Home", K_HOME },
	{ "End", K_END },
	{ "Enter", K_ENTER },
	{ "Tab", K_TAB },
	{ "S-Tab", K_BACKTAB },
	{ "BS", K_BS },
	{ "Del", K_DEL },
	{ "Ins", K_INS },
	{ "Esc", K_ESC },
	{ "Space", ' ' },
	{ "Lt", '<' },
	{ "Hash", '#' },
	{ "Comma", ',' },
	{ "C-Space", K_CTRL_SPACE },
	{ "C-Left", K_WORD_LEFT },
	{ "C-Right", K_WORD_RIGHT },
};

static uint32_t
parse_bracketed(const char *s, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i].name) == n &&
		    memcmp(names[i].name, s, n) == 0)
			return names[i].key;
	if (n >= 2 && n <= 3 && s[0] == 'F' && s[1] >= '1' && s[1] <= '9') {
		unsigned f = (unsigned)(s[1] - '0');

		if (n == 3 && (s[2] < '0' || s[2] > '9'))
			return K_NONE;
		if (n == 3)
			f = f * 10 + (unsigned)(s[2] - '0');
		return f <= 12 ? K_F1 + f - 1 : K_NONE;
	}
	if (n == 3 && s[1] == '-' && s[2] > ' ' && s[2] < 127) {
		char c = s[2];

		if (s[0] == 'M')
			return KEY_META | (uint32_t)c;
		if (s[0] != 'C')
			return K_NONE;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		/* the terminal sends the same bytes for BS, Tab, Enter */
		if (strchr("hijm", c))
			return K_NONE;
		if ((c >= 'a' && c <= 'z') || strchr("\\]^_@", c))
			return KEY_CTRL(c);
	}
	return K_NONE;
}

uint32_t
key_parse(const char *s, size_t n_bytes)
{
	uint32_t cp = 0;

	if (n_bytes > 2 && s[0] == '<' && s[n_bytes - 1] == '>')
		return parse_bracketed(s + 1, n_bytes - 2);
	if (n_bytes == 0 || utf8_next(s, n_bytes, &cp) != n_bytes)
		return K_NONE;
	if (cp <= ' ' || cp == 127 || cp == '<' || cp == '#' || cp == ',' ||
	    cp_is_hidden(cp))
		return K_NONE;
	return cp;
}

const char *
key_text(uint32_t key, char out[KEY_NAME_MAX])
{
	const char *meta = key & KEY_META ? "M-" : "";
	uint32_t k = key & ~KEY_META;
	char utf8[5] = { 0 };

	if (k >= K_F1 && k <= K_F12) {
		(void)snprintf(out, KEY_NAME_MAX, "%sF%u", meta, k - K_F1 + 1);
		return out;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (names[i].key != k || strchr("<#,", (int)k))
			continue;
		(void)snprintf(out, KEY_NAME_MAX, "%s%s", meta, names[i].name);
		return out;
	}
	if (k < ' ') {
		char c = (char)(k | 0x40);

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		(void)snprintf(out, KEY_NAME_MAX, "%sC-%c", meta, c);
		return out;
	}
	if (k < KEY_SPECIAL)
		(void)utf8_encode(k, utf8);
	(void)snprintf(out, KEY_NAME_MAX, "%s%s", meta, utf8);
	return out;
}

uint32_t
key_fold(uint32_t key)
{
	static const uint32_t from[] = {
		0xff0c, 0x3002, 0xff1b, 0xff1a, 0xff1f,
		0xff01, 0x3010, 0x3011, 0x3001, 0x3000
	};
	static const char to[] = ",.;:?![]\\ ";

	for (size_t i = 0; i < ARRAY_LEN(from); i++)
		if (key == from[i])
			return (uint32_t)to[i];
	if (key >= 0xff01 && key <= 0xff5e)
		return key - 0xfee0;
	return key;
}

bool
key_is_text(uint32_t key)
{
	return key >= ' ' && key != K_BS && key < KEY_SPECIAL;
}
