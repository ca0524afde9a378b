/*
 * privilege.h - from root to a user of its own, for good
 */
#pragma once

#include "base/buf.h"

/* An empty user, or not being root, changes nothing. False: fault says why. */
bool privilege_drop(slice user, struct buf *fault);
