/* HOST:PORT as people write it. */
#include <stdio.h>
#include <string.h>

#include "address_int.h"
#include "base/i18n.h"
#include "base/text.h"
#include "loop/stream.h"

enum rc
address_split(const char *addr, char host[static ADDRESS_MAX],
	      char port[static PORT_MAX], struct err *err)
{
	const char *colon = strrchr(addr, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - addr);
	int64_t number;

	if (colon == NULL || n == 0)
		return err_set(err, RC_MALFORMED, 0,
			       _("address '%s': write it as HOST:PORT"), addr);
	if (addr[0] == '[' && addr[n - 1] == ']') {
		addr++;
		n -= 2;
	} else if (memchr(addr, ':', n) != NULL) {
		return err_set(err, RC_MALFORMED, 0,
			       _("address '%s': write IPv6 as [HOST]:PORT"),
			       addr);
	}
	if (n == 0 || n >= ADDRESS_MAX - 10 || strlen(colon) > 6)
		return err_set(err, RC_RANGE, 0,
			       _("address '%s': the host name is empty or too "
				 "long"),
			       addr);
	if (str_to_i64(colon + 1, 0, 65535, &number, NULL) != RC_OK)
		return err_set(err, RC_RANGE, 0,
			       _("address '%s': the port is a number up to "
				 "65535"),
			       addr);
	memcpy(host, addr, n);
	host[n] = '\0';
	(void)snprintf(port, PORT_MAX, "%d", (int)number);
	return RC_OK;
}

enum rc
address_check(const char *addr, struct err *err)
{
	char host[ADDRESS_MAX];
	char port[PORT_MAX];

	return address_split(addr, host, port, err);
}

bool
address_numeric(const char *host, int port, struct sockaddr_storage *ret_sa)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	memset(ret_sa, 0, sizeof(*ret_sa));
	if (uv_ip4_addr(host, port, &v4) == 0) {
		memcpy(ret_sa, &v4, sizeof(v4));
		return true;
	}
	if (uv_ip6_addr(host, port, &v6) == 0) {
		memcpy(ret_sa, &v6, sizeof(v6));
		return true;
	}
	return false;
}

void
address_write(const struct sockaddr_storage *sa, char out[static ADDRESS_MAX])
{
	char host[64] = "";

	if (sa->ss_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, sa, sizeof(v4));
		(void)uv_ip4_name(&v4, host, sizeof(host));
		(void)snprintf(out, ADDRESS_MAX, "%s:%d", host,
			       ntohs(v4.sin_port));
	} else if (sa->ss_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, sa, sizeof(v6));
		(void)uv_ip6_name(&v6, host, sizeof(host));
		(void)snprintf(out, ADDRESS_MAX, "[%s]:%d", host,
			       ntohs(v6.sin6_port));
	} else {
		out[0] = '\0';
	}
}
