/*
 * quota_root.h - what QUOTA responses tell of an account (RFC 9208 3.2, 4.2)
 *
 * Each account is one quota root, "#user/ADDRESS", that all its mailboxes are
 * under. An account without an address, the sandbox's, is the root "".
 */
#pragma once

#include "base/buf.h"
#include "store/quota.h"

/* Whose root it is; false: nobody's. self: the account that asks. */
bool quota_root_owner(struct store *s, int64_t self, slice root, int64_t *ret);
/* Appends its name as an astring. */
void quota_root_write(struct store *s, int64_t account, struct buf *out);
/* Appends the QUOTA response of the account whose job this is. */
enum err quota_write(struct account *a, struct buf *out);
