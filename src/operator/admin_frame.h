/*
 * admin_frame.h - requests and replies of the admin socket: a line of JSON each
 *
 *   {"words":["user","add","jo@example.org"],"password":"...","json":false}
 *   {"status":0,"out":"password: ...\n","fault":""}
 */
#pragma once

#include "operator/admin.h"

bool admin_request_write(const struct admin_request *r, struct buf *line);
void admin_reply_write(enum cli_status status, slice out, slice fault, struct buf *line);

/* Runs the request of one line and appends the line of its reply. */
void admin_answer(const struct admin *a, slice line, struct buf *reply);
/* Appends to out and fault what a reply holds. */
enum cli_status admin_reply_read(slice line, struct buf *out, struct buf *fault);
