#include "fetch/fetcher.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "fetch/request.h"
#include "net/confine.h"
#include "net/process.h"

enum {
	ROOM = 16 * 1024,               /* octets read at once */
	ENVELOPE_MAX = 16 * 1024,       /* octets of a row beside its body */
	TRUST_MAX = 4 * 1024 * 1024,    /* octets of a file with authorities */
	TEXT_MAX = 8 * 1024,            /* octets of an option's text */
	CURL_VERSION_NEEDED = 0x075500, /* 7.85.0: CURLOPT_PROTOCOLS_STR */
};

/*
 * libcurl brings some thirty libraries with it. It is loaded here, by the process that
 * needs it for a moment, and costs the server neither memory nor time at its start.
 */
static struct {
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_easy_setopt) *easy_setopt;
	__typeof__(curl_easy_perform) *easy_perform;
	__typeof__(curl_easy_getinfo) *easy_getinfo;
	__typeof__(curl_easy_strerror) *easy_strerror;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_version_info) *version_info;
} calls;

/* curl's header wraps them in macros that check the types of literal calls only. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

static const char *load_curl(void)
{
	static const struct {
		const char *name;
		void *call;
	} wanted[] = {
		{ "curl_easy_init", &calls.easy_init },
		{ "curl_easy_setopt", &calls.easy_setopt },
		{ "curl_easy_perform", &calls.easy_perform },
		{ "curl_easy_getinfo", &calls.easy_getinfo },
		{ "curl_easy_strerror", &calls.easy_strerror },
		{ "curl_slist_append", &calls.slist_append },
		{ "curl_version_info", &calls.version_info },
	};
	void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

	if (!library) return "libcurl is not installed (Debian: libcurl4)";
	for (size_t i = 0; i < countof(wanted); i++) {
		void *call = dlsym(library, wanted[i].name);

		if (!call) return "libcurl lacks a call";
		*(void **)wanted[i].call = call;
	}
	if (calls.version_info(CURLVERSION_NOW)->version_num < CURL_VERSION_NEEDED)
		return "libcurl is too old";
	return NULL;
}

/* ---- the socket ---- */

static bool receive_request(struct buf *in, struct fetch_request *ret)
{
	enum fetch_reading reading = FETCH_PARTIAL;

	while (reading == FETCH_PARTIAL) {
		char *to = buf_reserve(in, ROOM);
		ssize_t n = to ? recv(PROCESS_SOCKET, to, ROOM, 0) : 0;

		if (n <= 0) return false;
		buf_commit(in, (size_t)n);
		reading = fetch_request_read(buf_slice(in), ret);
	}
	return reading == FETCH_READ;
}

static _Noreturn void answer(const struct fetch_answer *a)
{
	struct buf out;

	buf_init(&out, FETCH_BODY_MAX + ENVELOPE_MAX);
	if (!fetch_answer_write(a, &out)) _exit(EXIT_FAILURE);
	while (out.n > 0) {
		slice bytes = buf_slice(&out);
		ssize_t n = send(PROCESS_SOCKET, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n <= 0) _exit(EXIT_FAILURE);
		buf_drop(&out, (size_t)n);
	}
	_exit(EXIT_SUCCESS);
}

static _Noreturn void fail(const char *why)
{
	answer(&(struct fetch_answer){ .fault = slice_of(why) });
}

/* ---- the request in curl's words ---- */

static const char *text(struct buf *b)
{
	buf_add_char(b, '\0');
	if (b->overflow || slice_find_char(buf_slice(b), '\0') + 1 != b->n)
		fail("a part of the address is no text, or too long");
	return buf_slice(b).p;
}

static void write_url(const struct fetch_request *r, struct buf *b)
{
	buf_addf(b, "https://%.*s:%u%.*s", FMT(r->host), r->port, FMT(r->path));
}

static void write_resolution(const struct fetch_request *r, struct buf *b)
{
	char one[IP_TEXT_MAX];

	/* To libcurl that is a host whose addresses it is to forget, and to look up. */
	if (r->host.n && *r->host.p == '-') fail("the host name begins with a hyphen");
	buf_addf(b, "%.*s:%u:", FMT(r->host), r->port);
	for (uint32_t i = 0; i < r->address_count; i++) {
		const char *form = r->addresses[i].n == IP6_OCTETS ? "[%.*s]" : "%.*s";

		if (i > 0) buf_add_char(b, ',');
		buf_addf(b, form, FMT(ip_text(r->addresses[i], one)));
	}
}

static size_t keep(const char *data, size_t size, size_t n, void *body)
{
	return buf_add(body, (slice){ data, size * n }) ? n : 0;
}

static void set_where(CURL *c, const struct fetch_request *r)
{
	static struct buf url = { .max = TEXT_MAX }, places = { .max = TEXT_MAX };

	write_url(r, &url);
	write_resolution(r, &places);
	calls.easy_setopt(c, CURLOPT_URL, text(&url));
	calls.easy_setopt(c, CURLOPT_RESOLVE, calls.slist_append(NULL, text(&places)));
	calls.easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	calls.easy_setopt(c, CURLOPT_PROXY, "");
	calls.easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

/* Beside those of the system. */
static void set_trust(CURL *c, const struct buf *authorities)
{
	struct curl_blob blob = { .data = authorities->p, .len = authorities->n };

	if (authorities->n == 0) return;
	calls.easy_setopt(c, CURLOPT_CAINFO_BLOB, &blob);
	calls.easy_setopt(c, CURLOPT_CAPATH, "/etc/ssl/certs");
}

static struct curl_slist *add_fields(struct curl_slist *list, slice fields)
{
	struct buf one = { .max = TEXT_MAX };
	slice field;

	while (take_until(&fields, '\n', &field)) {
		buf_reset(&one);
		buf_add(&one, slice_trim(field));
		list = calls.slist_append(list, text(&one)); /* it copies */
	}
	buf_done(&one);
	return list;
}

static void set_fields(CURL *c, const struct fetch_request *r)
{
	static struct buf type = { .max = TEXT_MAX }, proof = { .max = TEXT_MAX };
	struct curl_slist *fields = calls.slist_append(NULL, "Expect:");

	if (r->body_type.n) {
		buf_addf(&type, "Content-Type: %.*s", FMT(r->body_type));
		fields = calls.slist_append(fields, text(&type));
	}
	if (r->authorization.n) {
		buf_addf(&proof, "Authorization: %.*s", FMT(r->authorization));
		fields = calls.slist_append(fields, text(&proof));
	}
	fields = add_fields(fields, r->fields);
	calls.easy_setopt(c, CURLOPT_HTTPHEADER, fields);
}

static void set_body(CURL *c, const struct fetch_request *r)
{
	if (r->body_type.n == 0) return;
	calls.easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
	calls.easy_setopt(c, CURLOPT_POSTFIELDS, r->body.p);
}

static void set_limits(CURL *c, const struct fetch_request *r, struct buf *body)
{
	calls.easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	calls.easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
	calls.easy_setopt(c, CURLOPT_USERAGENT, "Postroom/" POSTROOM_VERSION);
	calls.easy_setopt(c, CURLOPT_WRITEFUNCTION, keep);
	calls.easy_setopt(c, CURLOPT_WRITEDATA, body);
}

static _Noreturn void fetch(CURL *c, const struct fetch_request *r,
			    const struct buf *authorities)
{
	struct fetch_answer a = { 0 };
	const char *type = NULL;
	struct buf body;
	long status = 0;
	CURLcode result;

	buf_init(&body, r->answer_max < FETCH_BODY_MAX ? r->answer_max : FETCH_BODY_MAX);
	set_where(c, r);
	set_trust(c, authorities);
	set_fields(c, r);
	set_body(c, r);
	set_limits(c, r, &body);
	result = calls.easy_perform(c);
	if (body.overflow) fail("the document is too long");
	if (result != CURLE_OK) fail(calls.easy_strerror(result));
	calls.easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	calls.easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);
	a.status = (uint32_t)status;
	a.type = type ? slice_of(type) : S("");
	a.body = buf_slice(&body);
	answer(&a);
}

/* While it may still be readable. */
static void read_trust(slice path, struct buf *to)
{
	struct buf name = { .max = TEXT_MAX };
	ssize_t n = 1;
	int fd;

	if (path.n == 0) return;
	buf_add(&name, path);
	fd = open(text(&name), O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && n > 0) {
		char *room = buf_reserve(to, ROOM);

		n = room ? read(fd, room, ROOM) : -1;
		if (n > 0) buf_commit(to, (size_t)n);
	}
	if (n != 0) fail("the file with trusted authorities cannot be read");
	close(fd);
	buf_done(&name);
}

void fetcher_main(void)
{
	static const struct confinement confinement = { .files = FETCHER_FILES,
							.memory = FETCHER_MEMORY };
	static struct buf in = { .max = FETCH_BODY_MAX + ENVELOPE_MAX + ROOM },
			  trust = { .max = TRUST_MAX };
	struct fetch_request r;
	const char *fault;
	CURL *c;

	if (fcntl(PROCESS_SOCKET, F_SETFL, 0) < 0 || !receive_request(&in, &r))
		_exit(EXIT_FAILURE);
	read_trust(r.trust, &trust);
	if (!confine(&confinement)) _exit(EXIT_FAILURE);
	fault = load_curl();
	if (fault) fail(fault);
	c = calls.easy_init();
	if (!c) fail("libcurl does not start");
	fetch(c, &r, &trust);
}
