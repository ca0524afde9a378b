#include "http/response.h"

#include "base/date.h"

static const struct status {
	unsigned status;
	slice phrase;
} phrases[] = {
	{ 200, SLICE_INIT("OK") },
	{ 201, SLICE_INIT("Created") },
	{ 204, SLICE_INIT("No Content") },
	{ 206, SLICE_INIT("Partial Content") },
	{ 301, SLICE_INIT("Moved Permanently") },
	{ 304, SLICE_INIT("Not Modified") },
	{ 307, SLICE_INIT("Temporary Redirect") },
	{ 308, SLICE_INIT("Permanent Redirect") },
	{ 400, SLICE_INIT("Bad Request") },
	{ 401, SLICE_INIT("Unauthorized") },
	{ 403, SLICE_INIT("Forbidden") },
	{ 404, SLICE_INIT("Not Found") },
	{ 405, SLICE_INIT("Method Not Allowed") },
	{ 408, SLICE_INIT("Request Timeout") },
	{ 413, SLICE_INIT("Content Too Large") },
	{ 414, SLICE_INIT("URI Too Long") },
	{ 415, SLICE_INIT("Unsupported Media Type") },
	{ 416, SLICE_INIT("Range Not Satisfiable") },
	{ 417, SLICE_INIT("Expectation Failed") },
	{ 429, SLICE_INIT("Too Many Requests") },
	{ 431, SLICE_INIT("Request Header Fields Too Large") },
	{ 500, SLICE_INIT("Internal Server Error") },
	{ 501, SLICE_INIT("Not Implemented") },
	{ 503, SLICE_INIT("Service Unavailable") },
	{ 505, SLICE_INIT("HTTP Version Not Supported") },
};

/* RFC 9110 15: a status that is not known counts as x00 of its class. */
slice http_phrase(unsigned status)
{
	unsigned wanted[] = { status, status / 100 * 100 };

	for (size_t k = 0; k < countof(wanted); k++)
		for (size_t i = 0; i < countof(phrases); i++)
			if (phrases[i].status == wanted[k]) return phrases[i].phrase;
	return S("Unknown");
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7) */
static void add_date(struct buf *out, int64_t instant)
{
	struct civil c = civil_of(instant);

	buf_addf(out, "%.*s, %02d %.*s %04d %02d:%02d:%02d GMT",
		 FMT(date_weekdays[c.weekday]), c.day, FMT(date_months[c.month - 1]),
		 (int)c.year, c.hour, c.minute, c.second);
}

/* RFC 9110 8.6, 15.3.5, 15.4.5: these never have content, nor a length of it. */
static bool has_content(unsigned status)
{
	return status >= 200 && status != 204 && status != 304;
}

static void write_connection(struct buf *out, const struct http_surroundings *s)
{
	if (!s->keeps_alive)
		buf_add(out, S("Connection: close\r\n"));
	else if (s->is_old)
		buf_add(out, S("Connection: keep-alive\r\n"));
}

static void write_framing(struct buf *out, enum http_framing framing, uint64_t length)
{
	if (framing == FRAMED_BY_LENGTH)
		buf_addf(out, "Content-Length: %llu\r\n", (unsigned long long)length);
	else if (framing == FRAMED_BY_CHUNKS)
		buf_add(out, S("Transfer-Encoding: chunked\r\n"));
}

void http_head_write(struct buf *out, const struct http_response *r,
		     enum http_framing framing, uint64_t length,
		     const struct http_surroundings *s)
{
	slice type = r->type.n ? r->type : S("text/plain; charset=utf-8");

	buf_addf(out, "HTTP/1.1 %u %.*s\r\nDate: ", r->status,
		 FMT(http_phrase(r->status)));
	add_date(out, s->now);
	buf_add(out, S("\r\n"));
	if (has_content(r->status)) {
		buf_addf(out, "Content-Type: %.*s\r\n", FMT(type));
		write_framing(out, framing, length);
		if (s->is_coded) buf_add(out, S("Content-Encoding: gzip\r\n"));
		if (r->shrinks) buf_add(out, S("Vary: Accept-Encoding\r\n"));
	}
	buf_add(out, S("X-Content-Type-Options: nosniff\r\n"));
	write_connection(out, s);
	buf_add(out, r->fields);
	buf_add(out, S("\r\n"));
}

void http_response_write(struct buf *out, const struct http_response *r,
			 const struct http_surroundings *s)
{
	slice content = r->type.n ? r->content : http_phrase(r->status);

	http_head_write(out, r, FRAMED_BY_LENGTH, content.n, s);
	if (has_content(r->status) && !s->is_head) buf_add(out, content);
}
