/*
 * received_spf.h - the Received-SPF field (RFC 7208 9.1)
 */
#pragma once

#include "base/buf.h"
#include "mailauth/spf.h"

/* Appends the field with its CRLF; false when out is full. */
bool received_spf_write(const struct spf_request *r, const struct spf_verdict *v,
			struct buf *out);
