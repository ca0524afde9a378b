/*
 * gzip.h - the content coding of answers (RFC 9110 8.4.1.3, RFC 1952)
 */
#pragma once

#include "base/buf.h"
#include "http/request.h"

struct http_gzip;

/* Whether the client takes it: it names it, and not with "q=0" (RFC 9110 12.5.3). */
bool http_accepts_gzip(const struct http_request *r);

struct http_gzip *http_gzip_new(void);
void http_gzip_free(struct http_gzip *z); /* NULL is fine */
/* Appends what piece brings about, which may be nothing yet. False: out is full. */
bool http_gzip_add(struct http_gzip *z, slice piece, struct buf *out);
/* Appends the rest. */
bool http_gzip_end(struct http_gzip *z, struct buf *out);
