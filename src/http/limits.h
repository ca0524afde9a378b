/*
 * limits.h - what a client may send, and how long it may take
 */
#pragma once

enum {
	HTTP_HEAD_MAX = 16 * 1024,    /* octets of a request line with its fields, or of
					 trailers */
	HTTP_REQUEST_LINE_MAX = 8000, /* octets (RFC 9112 3) */
	HTTP_FIELDS_MAX = 100,
	HTTP_CHUNK_LINE_MAX = 256, /* octets of a chunk's size with its extensions */
	HTTP_DISCARD_MAX = 64 * 1024 * 1024, /* octets of content that nobody wants */
	HTTP_REQUESTS_MAX = 1000,            /* of one connection */
	HTTP_HEAD_TIMEOUT_MS = 30'000,       /* from a head's first octet to its end */
	HTTP_IDLE_TIMEOUT_MS =
		60'000, /* between requests, and between octets of content */
};
