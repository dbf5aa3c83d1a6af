/* Desk ids: ^[0-9]{6}(-[a-z0-9]{1,16})?$ */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "trust/card.h"

bool
desk_id_valid(const char *s)
{
	if (s == NULL || strspn(s, "0123456789") != 6)
		return false;
	if (s[6] == '\0')
		return true;
	if (s[6] != '-')
		return false;
	size_t n = strspn(s + 7, "abcdefghijklmnopqrstuvwxyz0123456789");
	return n >= 1 && s[7 + n] == '\0' && 7 + n <= DESK_ID_MAX;
}
