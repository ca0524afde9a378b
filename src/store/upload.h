/*
 * upload.h - octets that a client has brought and not yet used (RFC 8620 6.1)
 *
 * They share the storage of equal ones, go when their time is over, and count for a quota
 * of their own: when it would be passed, the oldest go first.
 */
#pragma once

#include "store/body.h"
#include "store/incoming.h"

enum {
	UPLOAD_LIFE_S = 24 * 3600,              /* from the last time it was used */
	UPLOADS_MAX = 1000,                     /* of an account */
	UPLOADS_OCTETS_MAX = 512 * 1024 * 1024, /* of an account */
};

/* content is finished; incoming_finish_octets will do. ERR_LIMIT when it alone is too
 * large. */
enum err upload_put(struct account *a, const struct incoming *content, int64_t now,
		    int64_t *ret_id);
/* ERR_NOT_FOUND when its time is over. */
enum err upload_open(struct account *a, int64_t id, struct body **ret);
/* It is of use for as long again. */
enum err upload_renew(struct account *a, int64_t id, int64_t now);
