/*
 * admin_account.h - what the commands on accounts share
 */
#pragma once

#include "operator/admin.h"

/* By an address as somebody types it. */
enum err admin_find_account(const struct directory *d, slice address,
			    struct account_view *ret);
/* Runs what needs a snapshot of the directory and says what went wrong. */
enum cli_status admin_with_directory(const struct admin *a, const struct admin_request *r,
				     enum err (*run)(const struct admin *a,
						     const struct admin_request *r,
						     const struct directory *d));
/* Members "quota" and "message-quota": a number, -1 without limit, null as the site. */
void admin_write_quota(struct json_writer *w, const struct quota *q);
