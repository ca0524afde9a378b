/*
 * How a download begins: all of it, a part (RFC 9110 14), or word that the client has it
 */
#include "base/utf8.h"
#include "http/etag.h"
#include "server/jmap_download.h"

enum { FIELDS_MAX = 8 * 1024, TAG_MAX = 512 };

/* ---- fields ---- */

/* Whatever it is said to be is a text that no field is confused by. */
static bool is_media_type(slice type)
{
	size_t slash = slice_find_char(type, '/');

	for (size_t i = 0; i < type.n; i++)
		if (type.p[i] < ' ' || type.p[i] > '~') return false;
	return slash > 0 && slash + 1 < type.n;
}

/* For those who know no better: what is not plain becomes "_". */
static void add_plain_name(slice name, struct buf *out)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_plain = is_alpha(c) || is_digit(c) || c == '.' || c == '-' ||
				c == ' ' || c == '_' || c == '(' || c == ')';

		buf_add_char(out, is_plain ? c : '_');
	}
}

/* attr-char (RFC 8187 3.2.1) stands for itself. */
static void add_encoded_name(slice name, struct buf *out)
{
	static const slice others = SLICE_INIT("!#$&+-.^_`|~");

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (is_alpha(c) || is_digit(c) || slice_find_char(others, c) < others.n)
			buf_add_char(out, c);
		else
			buf_addf(out, "%%%02X", (unsigned char)c);
	}
}

/* A blob never changes, and its id stands for its octets. */
static void write_tag(const struct download *d, struct buf *out)
{
	buf_addf(out, "\"%.*s\"", FMT(buf_slice(&d->id)));
}

static void write_validity(const struct download *d, struct buf *out)
{
	buf_add(out, S("ETag: "));
	write_tag(d, out);
	buf_add(out, S("\r\nAccept-Ranges: bytes\r\n"
		       "Cache-Control: private, immutable, max-age=31536000\r\n"));
}

/* A browser is to keep it, not to show it: the octets are a stranger's (RFC 6266). */
static void write_fields(const struct download *d, struct buf *out)
{
	slice name = buf_slice(&d->name);

	buf_add(out, S("Content-Disposition: attachment"));
	if (name.n) {
		buf_add(out, S("; filename=\""));
		add_plain_name(name, out);
		buf_add_char(out, '"');
	}
	if (name.n && utf8_valid(name)) {
		buf_add(out, S("; filename*=UTF-8''"));
		add_encoded_name(name, out);
	}
	buf_add(out, S("\r\nContent-Security-Policy: sandbox; default-src 'none'\r\n"));
	write_validity(d, out);
}

/* ---- what becomes of it ---- */

bool jmap_download_is_known(struct download *d)
{
	const struct http_request *r = d->h->request;
	const slice *range = http_request_field(r, S("range"));
	struct buf tag, fields;
	bool is_known;

	buf_init(&tag, TAG_MAX);
	buf_init(&fields, FIELDS_MAX);
	write_tag(d, &tag);
	is_known = http_has_already(r, buf_slice(&tag));
	if (is_known) {
		write_validity(d, &fields);
		http_answer(d->h, &(struct http_response){
					  .status = 304, .fields = buf_slice(&fields) });
	} else if (range && slice_eq(r->method, S("GET")) &&
		   http_range_counts(r, buf_slice(&tag))) {
		http_range_parse(*range, &d->range);
	}
	buf_done(&fields);
	buf_done(&tag);
	return is_known;
}

static void refuse_range(struct download *d)
{
	struct buf fields;

	buf_init(&fields, FIELDS_MAX);
	buf_addf(&fields, "Content-Range: bytes */%ju\r\n", (uintmax_t)d->size);
	http_answer_problem(d->h,
			    &(struct http_problem){ .status = 416,
						    .detail = S("It is not that long"),
						    .fields = buf_slice(&fields) });
	buf_done(&fields);
}

/* d->skip and d->left say what is sent of it. */
static void begin(struct download *d, bool is_part)
{
	slice type = buf_slice(&d->type);
	struct http_response r = { .status = is_part ? 206 : 200,
				   .type = is_media_type(type)
						   ? type
						   : S("application/octet-stream") };
	struct buf fields;

	buf_init(&fields, FIELDS_MAX);
	write_fields(d, &fields);
	if (is_part)
		buf_addf(&fields, "Content-Range: bytes %ju-%ju/%ju\r\n",
			 (uintmax_t)d->skip, (uintmax_t)(d->skip + d->left - 1),
			 (uintmax_t)d->size);
	r.fields = buf_slice(&fields);
	http_answer_begin(d->h, &r,
			  d->is_measured ? (int64_t)d->left : HTTP_LENGTH_UNKNOWN);
	buf_done(&fields);
}

bool jmap_download_begin(struct download *d)
{
	enum http_range_fit fit = HTTP_RANGE_WHOLE;

	d->left = d->is_measured ? d->size : UINT64_MAX;
	if (d->range.is_asked)
		fit = http_range_of(&d->range, d->size, &d->skip, &d->left);
	if (fit == HTTP_RANGE_OUTSIDE)
		refuse_range(d);
	else
		begin(d, fit == HTTP_RANGE_PART);
	return fit != HTTP_RANGE_OUTSIDE;
}
