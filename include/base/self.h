/* Where the running program lies: to start itself again, to find its po/. */
#pragma once

/* Absolute path, heap; NULL when the system does not tell. */
char *self_path(void);
