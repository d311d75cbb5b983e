-- AlterTable
ALTER TABLE "User" ADD COLUMN "temporaryPassword" BOOLEAN NOT NULL DEFAULT false;
