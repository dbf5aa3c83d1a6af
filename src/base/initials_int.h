/* The table of initials.c. */
#pragma once

/* Characters of three bytes each, in order of their bytes, and the letter of
 * each at the same place. */
extern const char initials_chars[];
extern const char initials_letters[];
