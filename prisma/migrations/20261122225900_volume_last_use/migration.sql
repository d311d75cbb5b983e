-- AlterTable
ALTER TABLE "Volume" ADD COLUMN "lastUsedAt" DATETIME;
ALTER TABLE "Volume" ADD COLUMN "lastUsedBy" TEXT;
