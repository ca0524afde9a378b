/*
 * tls_fault.h - OpenSSL's error queue as words
 *
 * The first error in a thread's queue is the cause, those after it only say
 * how it came up. Only net's TLS files use it.
 */
#pragma once

#include "base/buf.h"

/* Empties the queue; returns its first reason, or fallback when it says nothing. The
 * text is OpenSSL's own or fallback: it is never freed. */
const char *tls_take_reason(const char *fallback);
/* Writes "WHERE: WHAT (reason)" to fault, with the queue's first reason if any. */
void tls_fault(struct buf *fault, const char *where, const char *what);
