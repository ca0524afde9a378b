/*
 * query.h - the values of a request's query: name=value&name=value
 */
#pragma once

#include "base/buf.h"

/* Appends the first value of that name, its percent encoding and "+" for a space undone
 * as forms write them. False: there is none, or it is malformed, or out is full. */
bool http_query_value(slice query, slice name, struct buf *out);
