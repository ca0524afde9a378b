/*
 * secret_file.h - the server's own key, from which those that seal secrets are made
 */
#pragma once

#include "base/buf.h"
#include "sasl/secret.h"

/* Reads <data>/secret.key, or makes it at the first time, readable by its owner only. */
bool secret_file_load(slice data, struct secret_keys *keys, struct buf *fault);
