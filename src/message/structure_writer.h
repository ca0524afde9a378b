/*
 * structure_writer.h - what ENVELOPE and BODYSTRUCTURE are written with
 */
#pragma once

#include "message/structure.h"

/* The value of the part's first such field, unfolded, as an nstring; NIL without one. */
void field_nstring_write(const struct mime_part *part, slice name, struct buf *out);
