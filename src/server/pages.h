/*
 * pages.h - what is to be had by HTTP: one table of paths
 */
#pragma once

#include "http/request.h"
#include "http/response.h"
#include "server/door.h"

enum { PAGE_MAX = 64 * 1024 }; /* octets of an answer's content */

/* Answers r, which came by the door d: *ret's slices live in out, or for ever. */
void page_answer(const struct door *d, const struct http_request *r, struct buf *out,
		 struct http_response *ret);
