-- CreateTable
CREATE TABLE "Prisma" (id integer);
