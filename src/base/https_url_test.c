#include "base/https_url.h"

#include "base/test.h"

TEST(https_urls)
{
	static const struct {
		const char *url;
		bool good;
		const char *host;
		uint16_t port;
		const char *path;
	} t[] = {
		{ "https://id.example.test/introspect?x=1", true, "id.example.test", 443,
		  "/introspect?x=1" },
		{ "HTTPS://id.example.test:8443", true, "id.example.test", 8443, "/" },
		{ "https://192.0.2.1:1/", true, "192.0.2.1", 1, "/" },
		{ "http://id.example.test/", false, NULL, 0, NULL },
		{ "https://", false, NULL, 0, NULL },
		{ "https:///path", false, NULL, 0, NULL },
		{ "https://:443/", false, NULL, 0, NULL },
		{ "https://h:0/", false, NULL, 0, NULL },
		{ "https://h:65536/", false, NULL, 0, NULL },
		{ "https://h:1x/", false, NULL, 0, NULL },
		{ "https://jo@h/", false, NULL, 0, NULL },
		{ "https://jo:secret@h/", false, NULL, 0, NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice host, path;
		uint16_t port;

		CHECK_INT(https_url_split(slice_of(t[i].url), &host, &port, &path),
			  t[i].good);
		if (!t[i].good) continue;
		CHECK_SLICE(host, slice_of(t[i].host));
		CHECK_INT(port, t[i].port);
		CHECK_SLICE(path, slice_of(t[i].path));
	}
}
