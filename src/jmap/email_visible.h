/*
 * email_visible.h - what of an email is to be seen: messages without \Deleted (RFC 8621
 * 4.1.1)
 */
#pragma once

#include "store/email_view.h"

bool place_is_visible(const struct email_place *p);
/* Whether any of its messages is. */
bool email_is_visible(const struct email_view *e);
/* The same of an email by its number, which may be gone. */
enum err email_find_visible(struct account *a, int64_t email, bool *ret);
/* The union of the flags of those. */
uint64_t email_visible_flags(const struct email_view *e);
