/*
 * https_url.h - the parts of an https URL (RFC 9110 4.2.2) that somebody else names
 */
#pragma once

#include "base/slice.h"

/* False where it is none. The slices lie in url, but the path of one without is "/".
 * A name and a password in it are refused: nothing is to be sent there by them. */
bool https_url_split(slice url, slice *ret_host, uint16_t *ret_port, slice *ret_path);
