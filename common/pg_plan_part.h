/*
 * pg_plan_part.h
 *	  Columns and constraints, for who writes statements about tables.
 */
#ifndef DBMIG_PG_PLAN_PART_H
#define DBMIG_PG_PLAN_PART_H

#include "pg_plan_kind.h"

/* Begins the next command of an ALTER TABLE. */
extern void dbmig_pg_command(DbmigBuf *commands);

/* A column as CREATE TABLE and ADD COLUMN define it; with its default, or what
 * it is computed from, or without. */
extern void dbmig_pg_column(DbmigBuf *sql, const DbmigObject *column,
							bool with_value);
extern void dbmig_pg_column_type(DbmigBuf *sql, const DbmigObject *column);

/* The commands for the default and NOT NULL of a column that comes from that
 * of a parent or, without one, of a type; defined: it says its own itself. */
extern void dbmig_pg_override(DbmigBuf *commands, const DbmigObject *column,
							  const DbmigObject *parent, bool defined);

/* "extended": what a type has by itself. */
extern const char *dbmig_pg_type_storage(const char *type);

/* The commands for what a definition cannot say of a new column. */
extern void dbmig_pg_column_settings(Dbmig *d, DbmigBuf *commands,
									 const DbmigObject *column);

/* The user's expression for a column; NULL when none was given. */
extern const char *dbmig_pg_backfill(const DbmigPgPlanner *planner,
									 const DbmigObject *column);

/* The value of the one type, as one of the other. */
extern const char *dbmig_pg_cast(Dbmig *d, const char *value,
								 const char *from, const char *to);

/* Writes USING and what the values of a retyped column become, where the
 * server does not see it by itself. */
extern void dbmig_pg_using(DbmigPgPlanner *planner, DbmigBuf *commands,
						   const DbmigPgItem *item);

/* What a domain, or a domain of domains, is made of; a type that is none is
 * that itself. */
extern const char *dbmig_pg_base(const DbmigModel *model, const char *type);

/* True when the type of a column keeps its name and becomes another one. */
extern bool dbmig_pg_becomes_other(const DbmigPgPlanner *planner,
								   const DbmigPgItem *column);

/* The values that an enum of that name loses, as literals; NULL: none. */
extern const char *dbmig_pg_lost_values(DbmigPgPlanner *planner,
										const char *type);

/* The type without the brackets of its arrays. */
extern const char *dbmig_pg_element(Dbmig *d, const char *type);

/* What the column holds, as an array of texts. */
extern const char *dbmig_pg_elements(Dbmig *d, const DbmigObject *column);

/* The condition that a column of an enum, or of arrays of it, holds a value
 * that the enum loses; NULL when it loses none. */
extern const char *dbmig_pg_holds_lost(DbmigPgPlanner *planner,
									   const DbmigObject *column);

/* "CONSTRAINT a CHECK (...)" */
extern void dbmig_pg_constraint(DbmigBuf *sql,
								const DbmigObject *constraint);

/* What the index of a constraint has, comments; from: NULL when it is new. */
extern void dbmig_pg_constraint_settings(DbmigPgPlanner *planner,
										 DbmigPgStatements *to,
										 const DbmigObject *from,
										 const DbmigObject *constraint);

/* An act on a column or a constraint, as commands of an ALTER TABLE. */
extern void dbmig_pg_column_act(DbmigPgPlanner *planner,
								DbmigPgStatements *to,
								const DbmigPgMove *move);
extern void dbmig_pg_constraint_act(DbmigPgPlanner *planner,
									DbmigPgStatements *to,
									const DbmigPgMove *move);

#endif							/* DBMIG_PG_PLAN_PART_H */
