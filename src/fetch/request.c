#include "fetch/request.h"

#include <stdio.h>

#include "fetch/netstring.h"

enum request_string {
	HOST,
	PORT,
	PATH,
	ADDRESSES,
	TRUST,
	BODY_TYPE,
	BODY,
	AUTHORIZATION,
	FIELDS,
	ANSWER_MAX,
	TIMEOUT_MS,
	REQUEST_STRINGS
};

enum answer_string { STATUS, FAULT, ANSWER_TYPE, ANSWER_BODY, ANSWER_STRINGS };

enum {
	NUMBER_TEXT = 12, /* octets, with a NUL */
	ADDRESSES_TEXT = FETCH_ADDRESSES_MAX * IP_TEXT_MAX,
};

static slice number_text(uint32_t value, char room[static NUMBER_TEXT])
{
	return (slice){ room, (size_t)snprintf(room, NUMBER_TEXT, "%u", value) };
}

static bool read_number(slice text, uint32_t *ret)
{
	return take_u32(&text, ret) && text.n == 0;
}

static void add_addresses(struct buf *b, const struct fetch_request *r)
{
	char text[IP_TEXT_MAX];

	for (uint32_t i = 0; i < r->address_count; i++) {
		if (i > 0) buf_add_char(b, ' ');
		buf_add(b, ip_text(r->addresses[i], text));
	}
}

static bool read_addresses(slice text, struct fetch_request *r)
{
	for (slice word; take_word(&text, &word); take_char(&text, ' '))
		if (r->address_count == FETCH_ADDRESSES_MAX ||
		    !ip_parse(word, &r->addresses[r->address_count++]))
			return false;
	return text.n == 0;
}

bool fetch_request_write(const struct fetch_request *r, struct buf *out)
{
	char port[NUMBER_TEXT], max[NUMBER_TEXT], timeout[NUMBER_TEXT];
	struct buf addresses;
	bool fits;

	buf_init(&addresses, ADDRESSES_TEXT);
	add_addresses(&addresses, r);
	fits = netstrings_add(out,
			      (const slice[REQUEST_STRINGS]){
				      [HOST] = r->host,
				      [PORT] = number_text(r->port, port),
				      [PATH] = r->path,
				      [ADDRESSES] = buf_slice(&addresses),
				      [TRUST] = r->trust,
				      [BODY_TYPE] = r->body_type,
				      [BODY] = r->body,
				      [AUTHORIZATION] = r->authorization,
				      [FIELDS] = r->fields,
				      [ANSWER_MAX] = number_text(r->answer_max, max),
				      [TIMEOUT_MS] = number_text(r->timeout_ms, timeout),
			      },
			      REQUEST_STRINGS);
	buf_done(&addresses);
	return fits;
}

bool fetch_answer_write(const struct fetch_answer *a, struct buf *out)
{
	char status[NUMBER_TEXT];

	return netstrings_add(out,
			      (const slice[ANSWER_STRINGS]){
				      [STATUS] = number_text(a->status, status),
				      [FAULT] = a->fault,
				      [ANSWER_TYPE] = a->type,
				      [ANSWER_BODY] = a->body,
			      },
			      ANSWER_STRINGS);
}

static enum fetch_reading reading_of(enum netstrings n)
{
	return n == NETSTRINGS_WHOLE     ? FETCH_READ
	       : n == NETSTRINGS_PARTIAL ? FETCH_PARTIAL
					 : FETCH_BAD;
}

enum fetch_reading fetch_request_read(slice in, struct fetch_request *ret)
{
	slice s[REQUEST_STRINGS];
	uint32_t port;
	enum fetch_reading reading =
		reading_of(netstrings_read(in, FETCH_BODY_MAX, s, REQUEST_STRINGS));

	if (reading != FETCH_READ) return reading;
	*ret = (struct fetch_request){ .host = s[HOST],
				       .path = s[PATH],
				       .trust = s[TRUST],
				       .body_type = s[BODY_TYPE],
				       .body = s[BODY],
				       .authorization = s[AUTHORIZATION],
				       .fields = s[FIELDS] };
	if (!read_number(s[PORT], &port) || port > UINT16_MAX ||
	    !read_addresses(s[ADDRESSES], ret) ||
	    !read_number(s[ANSWER_MAX], &ret->answer_max) ||
	    !read_number(s[TIMEOUT_MS], &ret->timeout_ms))
		return FETCH_BAD;
	ret->port = (uint16_t)port;
	return FETCH_READ;
}

enum fetch_reading fetch_answer_read(slice in, struct fetch_answer *ret)
{
	slice s[ANSWER_STRINGS];
	enum fetch_reading reading =
		reading_of(netstrings_read(in, FETCH_BODY_MAX, s, ANSWER_STRINGS));

	if (reading != FETCH_READ) return reading;
	*ret = (struct fetch_answer){ .fault = s[FAULT],
				      .type = s[ANSWER_TYPE],
				      .body = s[ANSWER_BODY] };
	return read_number(s[STATUS], &ret->status) ? FETCH_READ : FETCH_BAD;
}
