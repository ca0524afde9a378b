/*
 * trace_delivery.h - mail on its way to other servers, as it is told to the recorder
 */
#pragma once

#include "carrier/outgoing_courier.h"

/* What came of a parcel; its recipients have their outcomes. */
void trace_attempts(const struct parcel *p);
/* An address of the destination that led to no server ready for mail, or no address at
 * all: the reason is c->why. Concerns all who wait for it. */
void trace_unreachable(const struct courier *c);
/* The sender of a message of the queue is told; so is another message of it. */
void trace_report(const struct outgoing_mail *o, int64_t message, int64_t report);
