/*
 * section_text.h - the octets that a section of a stored message is made of
 */
#pragma once

#include "imap/section.h"
#include "store/body.h"

/* Fills spans anew; they lie in the message. A map without parts will do for the whole
 * message. ERR_NOT_FOUND: there is no such section; ERR_INTERNAL: a read error. */
enum err section_text(const struct section *section, const struct body *body,
		      const struct part_map *map, struct spans *ret);
