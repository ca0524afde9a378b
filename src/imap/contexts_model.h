/*
 * contexts_model.h - for tests: a client that keeps searches up to date by what it is
 * told
 *
 * One session searches and sorts with UPDATE, another and it change the mailbox. What
 * ADDTO and REMOVEFROM make of the results is what the search finds when it is asked
 * anew; every position and number that is told makes sense where it is told; and nothing
 * is expunged that stands in a result still (RFC 5267 4.3). Anything else aborts.
 */
#pragma once

#include "base/slice.h"

/* Each octet is something that one of both does. */
void contexts_model_play(slice deeds);
