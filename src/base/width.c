#include "base/mem.h"
#include "base/text.h"
#include "width_int.h"

/*
 * Drawn as nothing, or able to reorder or end a line: bidi controls, joiners,
 * fillers, line separators, interlinear marks, tags, and what is no
 * character or has no public meaning (private use). Variation selectors are
 * left alone: they are part of ordinary text and have no width.
 */
static const struct cp_range hidden_ranges[] = {
	{ 0x0000, 0x001F },   { 0x007F, 0x009F },   { 0x00AD, 0x00AD },
	{ 0x034F, 0x034F },   { 0x061C, 0x061C },   { 0x115F, 0x1160 },
	{ 0x17B4, 0x17B5 },   { 0x180E, 0x180E },   { 0x200B, 0x200F },
	{ 0x2028, 0x202E },   { 0x2060, 0x206F },   { 0x3164, 0x3164 },
	{ 0xE000, 0xF8FF },   { 0xFDD0, 0xFDEF },   { 0xFEFF, 0xFEFF },
	{ 0xFFA0, 0xFFA0 },   { 0xFFF0, 0xFFFB },   { 0x1D173, 0x1D17A },
	{ 0xE0000, 0xE00FF }, { 0xE01F0, 0xE0FFF }, { 0xF0000, 0x10FFFF },
};

static bool
within(const struct cp_range *ranges, size_t n, uint32_t cp)
{
	size_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (cp > ranges[mid].last)
			lo = mid + 1;
		else if (cp < ranges[mid].first)
			hi = mid;
		else
			return true;
	}
	return false;
}

bool
cp_is_hidden(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7F)
		return false;
	if ((cp & 0xFFFE) == 0xFFFE)
		return true; /* noncharacters at the end of each plane */
	return within(hidden_ranges, ARRAY_LEN(hidden_ranges), cp);
}

int
cp_cols(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7F)
		return 1;
	if (cp_is_hidden(cp)) /* as text_show writes it: <1B>, <U+202E> */
		return cp < 0x100      ? 4
		       : cp < 0x10000  ? 8
		       : cp < 0x100000 ? 9
				       : 10;
	if (cp < 0x300)
		return 1;
	if (within(zero_ranges, n_zero_ranges, cp))
		return 0;
	return within(wide_ranges, n_wide_ranges, cp) ? 2 : 1;
}

size_t
utf8_cols(const char *s, size_t n_bytes)
{
	size_t cols = 0, len;
	uint32_t cp;

	while ((len = utf8_next(s, n_bytes, &cp)) > 0) {
		cols += (size_t)cp_cols(cp);
		s += len;
		n_bytes -= len;
	}
	return cols;
}

size_t
utf8_cut(const char *s, size_t n_bytes, size_t max_cols, size_t *ret_cols)
{
	size_t at = 0, cols = 0, len, w;
	uint32_t cp;

	while ((len = utf8_next(s + at, n_bytes - at, &cp)) > 0) {
		w = (size_t)cp_cols(cp);
		if (w > max_cols - cols)
			break;
		cols += w;
		at += len;
	}
	if (ret_cols != NULL)
		*ret_cols = cols;
	return at;
}
