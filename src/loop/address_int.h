/* Socket addresses and their text, for the files of this room. */
#pragma once

#include <stdbool.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <uv.h>

#include "loop/stream.h"

#define PORT_MAX 8

enum rc address_split(const char *addr, char host[static ADDRESS_MAX],
		      char port[static PORT_MAX], struct err *err);
/* false: host is a name and must be looked up. */
bool address_numeric(const char *host, int port,
		     struct sockaddr_storage *ret_sa);
void address_write(const struct sockaddr_storage *sa,
		   char out[static ADDRESS_MAX]);
