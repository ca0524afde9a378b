/*
 * etag.h - what a client has already (RFC 9110 8.8.3, 13.1)
 *
 * A tag is an entity-tag with its quotes, and strong.
 */
#pragma once

#include "http/request.h"

/* If-None-Match, compared weakly: 304. */
bool http_has_already(const struct http_request *r, slice tag);
/* Whether Range counts: there is no If-Range, or it is that very tag. Of a date nothing
 * is known (RFC 9110 13.1.5). */
bool http_range_counts(const struct http_request *r, slice tag);
