/*
 * value.c
 *	  Values of the core as data of PostgreSQL, and back.
 *
 * The core speaks UTF-8.  In a database with another encoding text is
 * converted on its way; what has no equivalent is the server's own error.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/string.h"
#include "datatype/timestamp.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "host.h"

/* Microseconds from 1970-01-01 to PostgreSQL's own epoch, 2000-01-01. */
#define EPOCH ((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * \
			   USECS_PER_DAY)

const char *
dbmig_pg_to_core(const char *text)
{
	if (text == NULL || GetDatabaseEncoding() == PG_UTF8 || pg_is_ascii(text))
		return text;
	return pg_server_to_any(text, (int) strlen(text), PG_UTF8);
}

const char *
dbmig_pg_from_core(const char *text)
{
	if (text == NULL || pg_is_ascii(text))
		return text;
	return pg_any_to_server(text, (int) strlen(text), PG_UTF8);
}

int64_t
dbmig_pg_now(void)
{
	return GetCurrentTimestamp() + EPOCH;
}

static DbmigValue
number_value(DbmigType type, int64 number)
{
	DbmigValue	value = {.type = type, .number = number};

	return value;
}

static DbmigValue
text_value(const char *text)
{
	DbmigValue	value = {.type = DBMIG_TEXT};

	value.text = dbmig_pg_to_core(text);
	value.len = strlen(value.text);
	return value;
}

static char *
output_text(Datum datum, Oid type)
{
	Oid			output;
	bool		is_varlena;

	getTypeOutputInfo(type, &output, &is_varlena);
	return OidOutputFunctionCall(output, datum);
}

DbmigValue
dbmig_pg_value(Datum datum, bool isnull, Oid type)
{
	if (isnull)
		return number_value(DBMIG_NULL, 0);
	switch (type)
	{
		case INT2OID:
			return number_value(DBMIG_INT, DatumGetInt16(datum));
		case INT4OID:
			return number_value(DBMIG_INT, DatumGetInt32(datum));
		case INT8OID:
			return number_value(DBMIG_INT, DatumGetInt64(datum));
		case BOOLOID:
			return number_value(DBMIG_BOOL, DatumGetBool(datum));
		case TIMESTAMPTZOID:
			return number_value(DBMIG_TIME,
								TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(datum))
								? 0 : DatumGetTimestampTz(datum) + EPOCH);
		case TEXTOID:
		case JSONOID:
			return text_value(TextDatumGetCString(datum));
		case NAMEOID:
			return text_value(NameStr(*DatumGetName(datum)));
		default:
			return text_value(output_text(datum, type));
	}
}

/* The value as text that the input function of any fitting type reads. */
static char *
input_text(const DbmigValue *value)
{
	char		time[DBMIG_TIME_SIZE];

	switch (value->type)
	{
		case DBMIG_TEXT:
			return pstrdup(dbmig_pg_from_core(value->text));
		case DBMIG_INT:
			return psprintf(INT64_FORMAT, (int64) value->number);
		case DBMIG_BOOL:
			return pstrdup(value->number != 0 ? "true" : "false");
		case DBMIG_TIME:
			dbmig_time_text(value->number, time);
			return pstrdup(time);
		case DBMIG_NULL:
			break;
	}
	return NULL;
}

Datum
dbmig_pg_datum(const DbmigValue *value, Oid type, bool *isnull)
{
	Oid			input;
	Oid			param;

	*isnull = value->type == DBMIG_NULL || !OidIsValid(type);
	if (*isnull)
		return (Datum) 0;
	if (value->type == DBMIG_TEXT && (type == TEXTOID || type == JSONOID))
		return CStringGetTextDatum(dbmig_pg_from_core(value->text));
	if (value->type == DBMIG_INT && type == INT8OID)
		return Int64GetDatum(value->number);
	if (value->type == DBMIG_BOOL && type == BOOLOID)
		return BoolGetDatum(value->number != 0);
	if (value->type == DBMIG_TIME && type == TIMESTAMPTZOID)
		return TimestampTzGetDatum(value->number - EPOCH);
	getTypeInputInfo(type, &input, &param);
	return OidInputFunctionCall(input, input_text(value), param, -1);
}
