#include "base/https_url.h"

enum { HTTPS_PORT = 443 };

bool https_url_split(slice url, slice *ret_host, uint16_t *ret_port, slice *ret_path)
{
	uint32_t port = HTTPS_PORT;
	size_t slash;
	slice host;

	if (!take_literal_nocase(&url, S("https://"))) return false;
	slash = slice_find_char(url, '/');
	host = slice_head(url, slash);
	*ret_path = slash < url.n ? slice_skip(url, slash) : S("/");
	if (take_until(&host, ':', ret_host)) {
		if (!take_u32(&host, &port) || host.n || port == 0 || port > UINT16_MAX)
			return false;
	} else {
		*ret_host = host;
	}
	*ret_port = (uint16_t)port;
	return ret_host->n && slice_find_char(*ret_host, '@') == ret_host->n;
}
