/*
 * pages.h - what is to be had by HTTP without a login, as functions of the configuration
 *
 * A page writes its content and, as far as they are not the usual ones, the fields of its
 * answer. False: for this visit there is none.
 */
#pragma once

#include "http/request.h"
#include "http/response.h"
#include "server/door.h"

enum { PAGE_MAX = 64 * 1024 }; /* octets of an answer's content */

struct http_session;

struct visit {
	const struct door *door;
	const struct http_request *request;
	struct buf *out;
	struct http_response *response; /* its slices live in out, or for ever */
};

bool page_front(struct visit *v);
bool page_autoconfig(struct visit *v);
bool page_mta_sts(struct visit *v);

/* Answers with the page of the resource. */
void page_answer(struct http_session *h);
